# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

TOKENS = [("x", ["N", 4, 6])]

# PyTorch's attention puts the batch second and multiplies it with the heads: here 4 tokens of 2 heads of 3.
accept("heads", [
    node("Transpose", ["x"], ["a"], perm=[1, 0, 2]),
    node("MatMul", ["a", "w"], ["b"]),
    node("Shape", ["b"], ["s"]), node("Gather", ["s", "one"], ["n"]),
    node("Mul", ["n", "two"], ["m"]), node("Unsqueeze", ["m", "zero"], ["u"]),
    node("Concat", ["four", "u", "three"], ["shape"], axis=0),
    node("Reshape", ["b", "shape"], ["c"]),
    node("Transpose", ["c"], ["d"], perm=[1, 0, 2]),
    node("Softmax", ["d"], ["e"], axis=-1),
    node("Transpose", ["e"], ["f"], perm=[1, 0, 2]),
    node("Reshape", ["f", "back"], ["g"]),
    node("Transpose", ["g"], ["h"], perm=[1, 0, 2]),
    node("Add", ["h", "x"], ["y"]),
], inputs=TOKENS, initializers=[tensor("w", [6, 6], range(36)), ints("one", 1), ints("two", 2),
                                ints("zero", [0]), ints("four", [4]), ints("three", [3]),
                                ints("back", [4, -1, 6])])
# CHECK-LABEL: == heads
# CHECK: func.func @main(%[[X:.+]]: tensor<?x4x6xf32> {ann.name = "x"}) -> (tensor<?x4x6xf32> {ann.name = "y"})
# CHECK: %[[A:.+]] = ann.reshape %[[X]] shape = [-1, 1, 4, 6]
# CHECK: %[[T:.+]] = ann.transpose %[[A]] perm = [0, 2, 1, 3] : (tensor<?x1x4x6xf32>) -> tensor<?x4x1x6xf32>
# CHECK: %[[B:.+]] = ann.matmul %[[T]], %{{.+}} -> tensor<?x4x1x6xf32>
# CHECK: %[[C:.+]] = ann.reshape %[[B]] shape = [-1, 4, 2, 3]
# CHECK: %[[D:.+]] = ann.transpose %[[C]] perm = [0, 2, 1, 3]
# CHECK: %[[E:.+]] = ann.softmax %[[D]] axis = 3 : (tensor<?x2x4x3xf32>)
# CHECK: ann.add %{{.+}}, %[[X]] : (tensor<?x4x6xf32>, tensor<?x4x6xf32>) -> tensor<?x4x6xf32>

# The class token, a constant for each sample, is added to zeros beside the tokens.
accept("token", [
    node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"]),
    node("Unsqueeze", ["n", "axes"], ["u"]), node("Concat", ["u", "rest"], ["shape"], axis=0),
    node("Expand", ["t", "shape"], ["e"]), node("Concat", ["e", "x"], ["y"], axis=1),
], inputs=TOKENS, initializers=[tensor("t", [1, 1, 6], range(6)), ints("zero", 0), ints("axes", [0]),
                                ints("rest", [1, 6])])
# CHECK-LABEL: == token
# CHECK: ann.pad %{{.+}} pads = [0, 0, 1, 0, 0, 0, 0, 0]
# CHECK: ann.add {{.*}} -> tensor<?x1x5x6xf32>
# CHECK: return %{{.+}} : tensor<?x5x6xf32>

# What has no form even so is refused as it was.
refuse("mean", [node("ReduceMean", ["x"], ["y"], axes=[0])], inputs=TOKENS)
# CHECK: error: mean.onnx: node 'reducemean' (ReduceMean): reduces the dynamic batch dimension
