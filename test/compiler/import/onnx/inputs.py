# RUN: %python %s %t | FileCheck %s
"""Types and shapes of a network's input."""
from onnx_writer import *

RELU = [node("Relu", ["x"], ["y"])]

# Every type of floats; a network computes in one type only.
for name, kind in {"half": FLOAT16, "bfloat": BFLOAT16, "double": DOUBLE}.items():
    accept(name, [node("Add", ["x", "w"], ["y"])], inputs=[("x", ["N", 3], kind)],
           initializers=[tensor("w", [3], [1.0, 2.0, 3.0])])
# CHECK-LABEL: == half
# CHECK: tensor<?x3xf32> {ann.name = "x"}
# CHECK-LABEL: == bfloat
# CHECK: tensor<?x3xf32> {ann.name = "x"}
# CHECK-LABEL: == double
# CHECK: ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]> : tensor<3xf64>
accept("casts", [node("Cast", ["x"], ["a"], to=FLOAT16), node("Relu", ["a"], ["b"]),
                 node("Cast", ["b"], ["c"], "back", to=DOUBLE), node("Add", ["c", "w"], ["d"]),
                 node("Cast", ["d"], ["y"], "last", to=BFLOAT16)], initializers=[tensor("w", [1], [0.1], DOUBLE)])
# CHECK-LABEL: == casts
# CHECK-NEXT: module
# CHECK-NEXT: func.func @main(%arg0: tensor<?x3xf32>
# CHECK-NEXT: %[[R:.+]] = ann.relu %arg0
# CHECK-NEXT: %[[W:.+]] = ann.constant dense<1.000000e-01> : tensor<1xf32>
# CHECK-NEXT: ann.add %[[R]], %[[W]]
refuse("rounds", [node("Cast", ["x"], ["a"], to=INT32), node("Cast", ["a"], ["y"], "back", to=FLOAT)])
# CHECK: rounds.onnx: node 'cast' (Cast): casts an activation to something else than float

# Bytes come divided by 255 from a data file, and the network gets them whole.
BYTES = [("x", ["N", 3, 2, 2], UINT8)]
accept("bytes", [node("Cast", ["x"], ["a"], to=FLOAT), node("Relu", ["a"], ["y"])], inputs=BYTES)
# CHECK-LABEL: == bytes
# CHECK: @main(%arg0: tensor<?x3x2x2xf32> {ann.bytes, ann.name = "x", ann.std = array<f64: 0.0039215686274509803, 0.0039215686274509803, 0.0039215686274509803>})
# CHECK-NEXT: ann.relu %arg0
accept("dequantized", [node("Transpose", ["x"], ["t"], perm=[0, 2, 3, 1]),
                       node("DequantizeLinear", ["t", "s", "z"], ["a"]), node("Relu", ["a"], ["y"])],
       inputs=BYTES, initializers=[tensor("s", [], [0.5]), tensor("z", [], [128], UINT8)])
# CHECK-LABEL: == dequantized
# CHECK: %[[T:.+]] = ann.transpose %arg0
# CHECK: %[[S:.+]] = ann.constant dense<5.000000e-01> : tensor<f32>
# CHECK: %[[M:.+]] = ann.mul %[[T]], %[[S]]
# CHECK: %[[Z:.+]] = ann.constant dense<-6.400000e+01> : tensor<f32>
# CHECK: ann.add %[[M]], %[[Z]]
accept("int8", [node("Cast", ["x"], ["a"], to=FLOAT), node("Relu", ["a"], ["y"])], inputs=[("x", ["N", 3], INT8)])
# CHECK-LABEL: == int8
# CHECK: @main(%arg0: tensor<?x3xf32> {ann.name = "x"})

# Sizes that the file leaves open.
OPEN = [("x", ["N", 3, "height", "width"])]
refuse("open", RELU, inputs=OPEN)
# CHECK: open.onnx: input 'x' has an unknown dimension 2 ('height'); only the batch may vary: give sizes with --input-shape x=1x3xHEIGHTxWIDTH, or export with fixed sizes
accept("given", RELU, "--input-shape", "x=1x3x4x5", inputs=OPEN)
# CHECK-LABEL: == given
# CHECK: tensor<?x3x4x5xf32>
accept("alone", RELU, "--input-shape", "1x3x4x5", inputs=OPEN)
# CHECK-LABEL: == alone
# CHECK: tensor<?x3x4x5xf32>
accept("none", RELU, "--input-shape", "2x7", inputs=[("x", None)])
# CHECK-LABEL: == none
# CHECK: tensor<?x7xf32>
refuse("other_rank", RELU, "--input-shape", "x=1x3x4", inputs=OPEN)
# CHECK: other_rank.onnx: input 'x' has the shape Nx3xheightxwidth, which --input-shape x=1x3x4 does not fit
refuse("other_size", RELU, "--input-shape", "x=1x1x4x4", inputs=OPEN)
# CHECK: other_size.onnx: input 'x' has the shape Nx3xheightxwidth, which --input-shape x=1x1x4x4 does not fit
refuse("other_name", RELU, "--input-shape", "image=1x3x4x4", inputs=OPEN)
# CHECK: other_name.onnx: --input-shape names no input 'image'; there are x
refuse("nonsense", RELU, "--input-shape", "x=1x3x?x4", inputs=OPEN)
# CHECK: nonsense.onnx: --input-shape takes NAME=1x3x224x224, or 1x3x224x224 where there is one input; found 'x=1x3x?x4'
refuse("which", [node("Add", ["x", "z"], ["y"])], "--input-shape", "1x3", inputs=[("x", ["N", "F"]), ("z", ["N", 3])])
# CHECK: which.onnx: --input-shape 1x3 needs the name of an input in front (NAME=...); there are x, z

# No batch: the input is one window, or a vector; many of them are N x that.
accept("window", [node("Add", ["x", "p"], ["a"]), node("MatMul", ["a", "w"], ["b"]),
                  node("ReduceMean", ["b"], ["y"], axes=[0], keepdims=0)], inputs=[("x", [4, 2])],
       initializers=[tensor("p", [4, 2], 1.0), tensor("w", [2, 3], 1.0)])
# CHECK-LABEL: == window
# CHECK: @main(%[[X:.+]]: tensor<?x4x2xf32> {ann.name = "x"}) -> (tensor<?x3xf32> {ann.name = "y"})
# CHECK: %[[A:.+]] = ann.add %[[X]], %{{.+}} : (tensor<?x4x2xf32>, tensor<4x2xf32>)
# CHECK: %[[B:.+]] = ann.matmul %[[A]]
# CHECK: ann.reduce_mean %[[B]] axes = [1]
accept("last", [node("Gather", ["x", "i"], ["a"], axis=0), node("Relu", ["a"], ["y"])], inputs=[("x", [4, 2])],
       initializers=[ints("i", 3)])
# CHECK-LABEL: == last
# CHECK: ann.gather %{{.+}} axis = 1 indices = [3]
# CHECK: -> tensor<?x2xf32>
accept("vector", [node("Relu", ["x"], ["y"])], inputs=[("x", [5])])
# CHECK-LABEL: == vector
# CHECK: @main(%arg0: tensor<?x5xf32> {ann.name = "x"}) -> (tensor<?x5xf32> {ann.name = "y"})

# One number for each sample, and a result without its batch of 1.
accept("numbers", [node("ReduceSum", ["x", "i"], ["y"], keepdims=0)], initializers=[ints("i", [1])])
# CHECK-LABEL: == numbers
# CHECK: %[[S:.+]] = ann.reduce_sum
# CHECK: ann.reshape %[[S]] shape = [-1, 1] : (tensor<?xf32>) -> tensor<?x1xf32>
accept("squeezed", [node("Relu", ["x"], ["a"]), node("Squeeze", ["a", "i"], ["y"])], inputs=[("x", [1, 5])],
       initializers=[ints("i", [0])])
# CHECK-LABEL: == squeezed
# CHECK: -> (tensor<?x5xf32> {ann.name = "y"})

# A constant of higher rank than what it is added to puts a dimension in front of the batch.
accept("raised", [node("Add", ["x", "b"], ["a"]), node("Relu", ["a"], ["y"])],
       initializers=[tensor("b", [1, 1, 3], [1.0, 2.0, 3.0])])
# CHECK-LABEL: == raised
# CHECK: ann.add %{{.+}}, %{{.+}} : (tensor<?x1x1x3xf32>, tensor<1x1x3xf32>) -> tensor<?x1x1x3xf32>
# CHECK: -> tensor<?x1x3xf32>
accept("raised_product", [node("MatMul", ["x", "w"], ["y"])], initializers=[tensor("w", [2, 3, 4], 1.0)])
# CHECK-LABEL: == raised_product
# CHECK: -> (tensor<?x2x1x4xf32>
refuse("mixed", [node("Add", ["x", "b"], ["y"])], initializers=[tensor("b", [4, 3], 1.0)])
# CHECK: mixed.onnx: node 'add' (Add): must keep the dynamic batch in its place, found ?x3 and 4x3
