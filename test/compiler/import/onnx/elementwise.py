# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

# One input, two, or many that are combined from the left; in inference Dropout gives what it gets.
accept("all", [
    node("Relu", ["x"], ["a"]),
    node("Add", ["a", "w"], ["b"]),
    node("Sum", ["a", "b", "x"], ["c"]),
    node("Max", ["c", "a", "b"], ["d"]),
    node("Identity", ["d"], ["e"]),
    node("Dropout", ["e"], ["f"]),
    node("Cast", ["f"], ["y"], to=FLOAT),
], initializers=[tensor("w", [3], [1.0, 2.0, 3.0])])
# CHECK-LABEL: == all
# CHECK: func.func @main(%[[X:.+]]: tensor<?x3xf32> {ann.name = "x"}) -> (tensor<?x3xf32> {ann.name = "y"})
# CHECK: %[[A:.+]] = ann.relu %[[X]]
# CHECK: %[[W:.+]] = ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
# CHECK: %[[B:.+]] = ann.add %[[A]], %[[W]]
# CHECK: %[[C:.+]] = ann.add %[[A]], %[[B]]
# CHECK: %[[D:.+]] = ann.add %[[C]], %[[X]]
# CHECK: %[[E:.+]] = ann.max %[[D]], %[[A]]
# CHECK: %[[F:.+]] = ann.max %[[E]], %[[B]]
# CHECK: return %[[F]]

# Up to opset 11 the share of dropped elements is an attribute.
accept("dropout7", [node("Dropout", ["x"], ["a"], ratio=0.25), node("Relu", ["a"], ["y"])], opset=7)
# CHECK-LABEL: == dropout7
# CHECK: ann.relu %arg0

refuse("cast", [node("Cast", ["x"], ["y"], to=INT64)])
# CHECK: error: cast.onnx: node 'cast' (Cast): casts an activation to something else than float

refuse("shapes", [node("Add", ["x", "w"], ["y"])], initializers=[tensor("w", [4])])
# CHECK: error: shapes.onnx: node 'add' (Add): operands must broadcast, found ?x3 and 4

refuse("missing", [node("Add", ["x", ""], ["y"])])
# CHECK: error: missing.onnx: node 'add' (Add): input 1 is missing

refuse("attribute", [node("Relu", ["x"], ["y"], alpha=0.5)])
# CHECK: error: attribute.onnx: node 'relu' (Relu): attribute 'alpha' is not supported
