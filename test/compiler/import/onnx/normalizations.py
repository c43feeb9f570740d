# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGE = [("x", ["N", 4, 2, 3])]

accept("layer", [node("LayerNormalization", ["x", "s", "b"], ["y"], axis=-2, epsilon=1e-3)],
       inputs=IMAGE, initializers=[tensor("s", [2, 3], 2.0), tensor("b", [3], [1.0, 2.0, 3.0])],
       opset=17)
# CHECK-LABEL: == layer
# CHECK: %[[B:.+]] = ann.constant dense<{{\[}}[1.000000e+00, 2.000000e+00, 3.000000e+00], [1.000000e+00, 2.000000e+00, 3.000000e+00]]>
# CHECK: ann.layer_norm %arg0, %{{.*}} bias %[[B]] axis = 2 epsilon = 1.000000e-03

accept("instance", [node("InstanceNormalization", ["x", "s", "s"], ["y"])], inputs=IMAGE,
       initializers=[tensor("s", [4], 1.0)])
# CHECK-LABEL: == instance
# CHECK: ann.instance_norm %arg0, %{{.*}}, %{{.*}} epsilon = 1.000000e-05

# Opset 18 has a scale for each group, opset 21 for each channel.
for opset, size in [(18, 2), (21, 4)]:
    accept(f"group{opset}", [node("GroupNormalization", ["x", "s", "s"], ["y"], num_groups=2)],
           inputs=IMAGE, initializers=[tensor("s", [size], range(1, size + 1))], opset=opset)
# CHECK-LABEL: == group18
# CHECK: %[[S:.+]] = ann.constant dense<[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00]>
# CHECK: ann.group_norm %arg0, %[[S]], %{{.*}} num_groups = 2
# CHECK-LABEL: == group21
# CHECK: dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]>
# CHECK: ann.group_norm

# Until opset 12 a softmax runs over all dimensions from its axis on.
accept("softmax13", [node("Softmax", ["x"], ["y"], axis=1)], inputs=IMAGE)
# CHECK-LABEL: == softmax13
# CHECK: ann.softmax %arg0 axis = 1
accept("softmax12", [node("Softmax", ["x"], ["y"], axis=1)], inputs=IMAGE, opset=12)
# CHECK-LABEL: == softmax12
# CHECK: %[[F:.+]] = ann.flatten %arg0 axis = 1
# CHECK: %[[S:.+]] = ann.softmax %[[F]] axis = 1 : (tensor<?x24xf32>)
# CHECK: ann.reshape %[[S]] shape = [-1, 4, 2, 3]

refuse("groups", [node("GroupNormalization", ["x", "s", "s"], ["y"], num_groups=3)], inputs=IMAGE,
       initializers=[tensor("s", [3], 1.0)], opset=18)
# CHECK: error: groups.onnx: node 'groupnormalization' (GroupNormalization): needs an input of 3 dimensions or more, whose channels 3 groups can share
# LogSoftmax has the same meanings of its axis.
accept("log13", [node("LogSoftmax", ["x"], ["y"], axis=1)], inputs=IMAGE)
# CHECK-LABEL: == log13
# CHECK: ann.log_softmax %arg0 axis = 1
accept("log12", [node("LogSoftmax", ["x"], ["y"], axis=1)], inputs=IMAGE, opset=12)
# CHECK-LABEL: == log12
# CHECK: ann.log_softmax %{{.*}} axis = 1 : (tensor<?x24xf32>)
# Indices keep their dimension; without it, unless it is the only one.
accept("argmax", [node("ArgMax", ["x"], ["y"], axis=-1)], inputs=IMAGE)
# CHECK-LABEL: == argmax
# CHECK: ann.argmax %arg0 axis = 3 : (tensor<?x4x2x3xf32>) -> tensor<?x4x2x1xf32>
accept("argmax_shape", [node("ArgMax", ["x"], ["y"], axis=1, keepdims=0)], inputs=IMAGE)
# CHECK-LABEL: == argmax_shape
# CHECK: %[[I:.+]] = ann.argmax %arg0 axis = 1
# CHECK: ann.reshape %[[I]] shape = [-1, 2, 3]
refuse("argmax_last", [node("ArgMax", ["x"], ["y"], axis=1, select_last_index=1)], inputs=IMAGE)
# CHECK: error: argmax_last.onnx: node 'argmax' (ArgMax): takes the last of equal elements (select_last_index); supported is the first
refuse("batch", [node("Softmax", ["x"], ["y"], axis=0)], inputs=IMAGE)
# CHECK: error: batch.onnx: node 'softmax' (Softmax): axis 0 is not a static dimension of ?x4x2x3
