# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

accept("binary", [
    node("Sub", ["x", "w"], ["a"]),
    node("Mul", ["a", "x"], ["b"]),
    node("Div", ["b", "w"], ["c"]),
    node("Min", ["c", "a", "b"], ["d"]),
    node("Mul", ["d", "d"], ["y"]),
], initializers=[tensor("w", [3], [1.0, 2.0, 4.0])])
# CHECK-LABEL: == binary
# CHECK: %[[A:.+]] = ann.sub %arg0, %{{.*}} : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
# CHECK: %[[B:.+]] = ann.mul %[[A]], %arg0
# CHECK: %[[C:.+]] = ann.div %[[B]]
# CHECK: %[[M:.+]] = ann.min %[[C]], %[[A]]
# CHECK: %[[N:.+]] = ann.min %[[M]], %[[B]]
# CHECK: ann.square %[[N]]

for exponent in [1.0, 2.0, 3.0, 0.5, -1.0, -0.5]:
    accept(f"pow{exponent}", [node("Pow", ["x", "e"], ["y"])],
           initializers=[tensor("e", [], [exponent])])
# CHECK-LABEL: == pow1.0
# CHECK-NOT: = ann.
# CHECK: return %arg0
# CHECK-LABEL: == pow2.0
# CHECK: ann.square %arg0
# CHECK-LABEL: == pow3.0
# CHECK: %[[S:.+]] = ann.square %arg0
# CHECK: ann.mul %arg0, %[[S]]
# CHECK-LABEL: == pow0.5
# CHECK: ann.sqrt
# CHECK-LABEL: == pow-1.0
# CHECK: ann.reciprocal
# CHECK-LABEL: == pow-0.5
# CHECK: %[[R:.+]] = ann.sqrt
# CHECK: ann.reciprocal %[[R]]

# An integer is an exponent, too; small constants are computed on import.
accept("computed", [node("Add", ["one", "one"], ["e"]), node("Pow", ["x", "e"], ["y"])],
       initializers=[tensor("one", [], [1.0])])
# CHECK-LABEL: == computed
# CHECK: ann.square %arg0
accept("integer", [node("Pow", ["x", "e"], ["y"])], initializers=[ints("e", 2)])
# CHECK-LABEL: == integer
# CHECK: ann.square %arg0

# PyTorch computes attention's scale from a shape: 1 / sqrt(size of the last dimension).
accept("scale", [
    node("Shape", ["x"], ["s"]), node("Gather", ["s", "last"], ["n"], axis=0),
    node("Cast", ["n"], ["f"], to=FLOAT), node("Sqrt", ["f"], ["r"]),
    node("Div", ["one", "r"], ["q"]), node("Mul", ["x", "q"], ["y"]),
], inputs=[("x", ["N", 4])], initializers=[tensor("one", [], [1.0]), ints("last", 1)])
# CHECK-LABEL: == scale
# CHECK: %[[Q:.+]] = ann.constant dense<5.000000e-01> : tensor<f32>
# CHECK: ann.mul %arg0, %[[Q]]

refuse("exponent", [node("Pow", ["x", "e"], ["y"])], initializers=[tensor("e", [], [2.5])])
# CHECK: error: exponent.onnx: node 'pow' (Pow): exponent 2.5 is not supported; 1, 2, 3, 4, 0.5, -0.5 and -1 are
refuse("exponents", [node("Pow", ["x", "e"], ["y"])], initializers=[tensor("e", [3], [1.0, 2.0, 3.0])])
# CHECK: error: exponents.onnx: node 'pow' (Pow): input 1 must be one constant number, found 3
