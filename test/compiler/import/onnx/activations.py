# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

# Parameters are read as the author wrote them: 0.1, not the f32 next to it; defaults are ONNX's.
accept("parameters", [
    node("LeakyRelu", ["x"], ["a"], alpha=0.1),
    node("LeakyRelu", ["a"], ["b"]),
    node("Elu", ["b"], ["c"], alpha=1.5),
    node("HardSigmoid", ["c"], ["d"]),
    node("Gelu", ["d"], ["e"], approximate="tanh"),
    node("Gelu", ["e"], ["f"]),
    node("PRelu", ["f", "s"], ["y"]),
], initializers=[tensor("s", [3], [0.1, 0.2, 0.3])], opset=20)
# CHECK-LABEL: == parameters
# CHECK: ann.leaky_relu %{{.*}} alpha = 1.000000e-01
# CHECK: ann.leaky_relu %{{.*}} alpha = 1.000000e-02
# CHECK: ann.elu %{{.*}} alpha = 1.500000e+00
# CHECK: ann.hard_sigmoid %{{.*}} alpha = 2.000000e-01 beta = 5.000000e-01
# CHECK: ann.gelu %{{.*}} approximate = tanh
# CHECK: ann.gelu %{{.*}} approximate = none
# CHECK: ann.prelu %{{.*}}, %{{.*}} : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>

accept("functions", [node(op, [a], [b]) for op, a, b in zip(
    ["Sigmoid", "Tanh", "Softplus", "HardSwish", "Exp", "Sqrt", "Reciprocal", "Abs", "Neg", "Erf"],
    "xabcdefghi", "abcdefghiy")], opset=17)
# CHECK-LABEL: == functions
# CHECK: ann.sigmoid
# CHECK: ann.tanh
# CHECK: ann.softplus
# CHECK: ann.hard_swish
# CHECK: ann.exp
# CHECK: ann.sqrt
# CHECK: ann.reciprocal
# CHECK: ann.abs
# CHECK: ann.neg
# CHECK: ann.erf

# Bounds are attributes until opset 10, inputs from 11 on; either may be absent.
accept("clip6", [node("Clip", ["x"], ["y"], min=0.0, max=6.0)], opset=10)
# CHECK-LABEL: == clip6
# CHECK: ann.clip %arg0 min = 0.000000e+00 max = 6.000000e+00
accept("clip11", [node("Clip", ["x", "", "max"], ["y"])], initializers=[tensor("max", [], [6.0])])
# CHECK-LABEL: == clip11
# CHECK: ann.clip %arg0 max = 6.000000e+00
accept("crossed", [node("Clip", ["x"], ["y"], min=2.0, max=1.0)], opset=10)
# CHECK-LABEL: == crossed
# CHECK: ann.clip %arg0 min = 1.000000e+00 max = 1.000000e+00

# Scaled exponential units are Elu between two scales.
accept("units", [node("Selu", ["x"], ["a"]), node("Celu", ["a"], ["b"], alpha=2.0),
                 node("ThresholdedRelu", ["b"], ["c"]), node("ThresholdedRelu", ["c"], ["d"], alpha=0.0),
                 node("Shrink", ["d"], ["y"], lambd=0.25)])
# CHECK-LABEL: == units
# CHECK: %[[E:.+]] = ann.elu %arg0 alpha = 1.673263
# CHECK: %[[S:.+]] = ann.mul %[[E]]
# CHECK: %[[H:.+]] = ann.mul %[[S]]
# CHECK: %[[F:.+]] = ann.elu %[[H]] alpha = 1.000000e+00
# CHECK: %[[C:.+]] = ann.mul %[[F]]
# CHECK: %[[T:.+]] = ann.thresholded_relu %[[C]] alpha = 1.000000e+00
# CHECK: %[[R:.+]] = ann.relu %[[T]]
# CHECK: ann.shrink %[[R]] lambda = 2.500000e-01 bias = 0.000000e+00
refuse("celu", [node("Celu", ["x"], ["y"], alpha=-1.0)])
# CHECK: error: celu.onnx: node 'celu' (Celu): alpha must be positive, found -1
refuse("shrink", [node("Shrink", ["x"], ["y"], lambd=-1.0)])
# CHECK: error: shrink.onnx: node 'shrink' (Shrink): lambd must be at least 0, found -1

refuse("bound", [node("Relu", ["x"], ["a"]), node("Clip", ["x", "a"], ["y"])])
# CHECK: error: bound.onnx: node 'clip' (Clip): input 1 must be constant
refuse("form", [node("Gelu", ["x"], ["y"], approximate="fast")], opset=20)
# CHECK: error: form.onnx: node 'gelu' (Gelu): approximate 'fast' is not one of none, tanh
refuse("slope", [node("PRelu", ["x", "s"], ["y"])], initializers=[tensor("s", [2], 0.1)])
# CHECK: error: slope.onnx: node 'prelu' (PRelu): slope 2 does not broadcast to the input ?x3
refuse("training", [node("Dropout", ["x", "", "t"], ["y"])],
       initializers=[tensor("t", [], [True], BOOL)])
# CHECK: error: training.onnx: node 'dropout' (Dropout): is in training mode; export the model with model.eval()
