# RUN: %python %s %t | FileCheck %s
"""Functions of the model, and branches whose condition is known."""
from onnx_writer import *

# Layers as functions: names of nodes have that of the call in front, attributes of the call go in.
LEAKY = function("Leaky", ["a"], ["b"], [node("LeakyRelu", ["a"], ["b"], "act", alpha=Ref("slope"))],
                 attributes=["slope"])
DENSE = function("Dense", ["a", "w", "k"], ["o"],
                 [node("Gemm", ["a", "w", "k"], ["h"], "", transB=1), node("Leaky", ["h"], ["o"], "leaky", "local", slope=0.25)])
WEIGHTS = [tensor("w", [4, 3], 0.5), tensor("k", [4], 1.0), tensor("v", [4, 4], 0.5)]
accept("nested", [node("Dense", ["x", "w", "k"], ["h"], "first", "local"),
                  node("Dense", ["h", "v"], ["y"], "second", "local")], "--mlir-print-debuginfo",
       functions=[LEAKY, DENSE], initializers=WEIGHTS, opset=18, domains=["local"])
# CHECK-LABEL: == nested
# CHECK: %[[A:.+]] = ann.gemm %arg0, %{{.+}} bias %{{.+}} transpose_b {{.*}} loc(#[[GEMM1:.+]])
# CHECK: %[[B:.+]] = ann.leaky_relu %[[A]] alpha = 2.500000e-01 {{.*}} loc(#[[ACT1:.+]])
# CHECK: %[[C:.+]] = ann.gemm %[[B]], %{{.+}} transpose_b {{.*}} loc(#[[GEMM2:.+]])
# CHECK: ann.leaky_relu %[[C]] {{.*}} loc(#[[ACT2:.+]])
# CHECK-DAG: #[[GEMM1]] = loc("first/h")
# CHECK-DAG: #[[ACT1]] = loc("first/leaky/act")
# CHECK-DAG: #[[GEMM2]] = loc("second/h")
# CHECK-DAG: #[[ACT2]] = loc("second/leaky/act")

# An attribute that the call does not give: its default, or none. The overload counts as part of the name.
accept("defaults", [node("Leaky", ["x"], ["a"], "one", "local"), node("Leaky", ["a"], ["b"], "two", "local", "steep"),
                    node("Leaky", ["b"], ["y"], "three", "local", "steep", slope=0.125)],
       functions=[LEAKY, function("Leaky", ["a"], ["b"], [node("LeakyRelu", ["a"], ["b"], alpha=Ref("slope"))],
                                  defaults={"slope": 0.5}, overload="steep")])
# CHECK-LABEL: == defaults
# CHECK: ann.leaky_relu %arg0 alpha = 1.000000e-02
# CHECK: ann.leaky_relu %{{.+}} alpha = 5.000000e-01
# CHECK: ann.leaky_relu %{{.+}} alpha = 1.250000e-01

# A function's own opset: Softmax of opset 11 goes over all dimensions from its axis on.
accept("opsets", [node("Rows", ["x"], ["a"], "old", "local"), node("Softmax", ["a"], ["y"], "new", axis=1)],
       inputs=[("x", ["N", 2, 2])], functions=[function("Rows", ["a"], ["b"], [node("Softmax", ["a"], ["b"])], opset=11)])
# CHECK-LABEL: == opsets
# CHECK: ann.flatten
# CHECK: ann.softmax %{{.+}} axis = 1 : (tensor<?x4xf32>)
# CHECK: ann.softmax %{{.+}} axis = 1 : (tensor<?x2x2xf32>)
refuse("old", [node("F", ["x"], ["y"], "call", "local")],
       functions=[function("F", ["a"], ["b"], [node("Relu", ["a"], ["b"])], opset=6)])
# CHECK: old.onnx: uses opset 6; supported are 7 to 23

# An input as an output, and outputs that nobody asks for.
accept("through", [node("Both", ["x"], ["a", ""], "both", "local"), node("Relu", ["a"], ["y"])],
       functions=[function("Both", ["a"], ["a", "b"], [node("NonZero", ["a"], ["b"])])])
# CHECK-LABEL: == through
# CHECK: ann.relu %arg0

refuse("endless", [node("F", ["x"], ["y"], "call", "local")],
       functions=[function("F", ["a"], ["b"], [node("F", ["a"], ["b"], "f", "local")])])
# CHECK: endless.onnx: functions call each other more than 100 deep
refuse("inside", [node("F", ["x"], ["y"], "call", "local")],
       functions=[function("F", ["a"], ["b"], [node("LSTM", ["a"], ["b"], "cell")])])
# CHECK: inside.onnx: node 'call/cell' (LSTM): operator is not supported

# A condition of known shapes takes its branch, as PyTorch exports a squeeze. Names in branches are their own.
def branches(condition):
    squeeze = graph([node("Relu", ["x"], ["r"]), node("Flatten", ["r"], ["s"])], outputs=["s"])
    same = graph([node("Add", ["x", "w"], ["r"])], outputs=["r"], initializers=[tensor("w", [1], 1.0)])
    return [*condition, node("If", ["c"], ["r"], then_branch=squeeze, else_branch=same), node("Neg", ["r"], ["y"])]


SIZES = [node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "two"], ["size"])]
for name, compare in {"then": "Less", "else": "GreaterOrEqual"}.items():
    accept(name, branches(SIZES + [node(compare, ["size", "five"], ["c"])]), inputs=[("x", ["N", 3, 4])],
           initializers=[ints("two", 2), ints("five", 5)])
# CHECK-LABEL: == then
# CHECK: ann.relu
# CHECK: ann.flatten
# CHECK-NOT: ann.add
# CHECK: ann.neg
# CHECK-LABEL: == else
# CHECK: ann.add
# CHECK-NOT: ann.flatten
# CHECK: ann.neg
refuse("data", branches([node("Relu", ["x"], ["c"])]))
# CHECK: data.onnx: node 'if' (If): its condition depends on data; export the network without control flow

# Logic on known integers.
TRUE = [node("Equal", ["a", "a"], ["t"], "t"), node("Not", ["t"], ["f"]), node("Greater", ["b", "a"], ["g"]),
        node("And", ["t", "g"], ["tg"]), node("Or", ["f", "f"], ["ff"], "ff"), node("Xor", ["tg", "ff"], ["x1"]),
        node("LessOrEqual", ["a", "b"], ["le"]), node("And", ["x1", "le"], ["and2"], "and2"),
        node("Mod", ["b", "a"], ["m"]), node("ReduceProd", ["list"], ["prod"], keepdims=0),
        node("Size", ["sizes"], ["size"]),
        node("Sub", ["prod", "size"], ["sub"]), node("Equal", ["sub", "m"], ["eq"]), node("And", ["eq", "and2"], ["c"], "last")]
accept("logic", branches(TRUE), inputs=[("x", ["N", 3, 4])],
       initializers=[ints("a", 5), ints("b", 13), ints("list", [1, 3, 2]), ints("sizes", [7, 7, 7])])
# CHECK-LABEL: == logic
# CHECK: ann.flatten
# What depends on the batch size is decided for one sample.
accept("batch", branches([node("Shape", ["x"], ["n"], start=0, end=1), node("Equal", ["n", "one"], ["c"])]),
       inputs=[("x", ["N", 3, 4])], initializers=[ints("one", [1])], opset=15)
# CHECK-LABEL: == batch
# CHECK: -> (tensor<?x12xf32> {ann.name = "y"})

# Tokens beside each sample: a shape read, filled or expanded, joined.
accept("token", [node("Shape", ["x"], ["shape"]), node("Gather", ["shape", "zero"], ["n"], "n"),
                 node("Concat", ["n", "tail"], ["sizes"], axis=0), node("Expand", ["cls", "sizes"], ["tokens"]),
                 node("Concat", ["tokens", "x"], ["y"], "join", axis=1)],
       inputs=[("x", ["N", 3, 2])], initializers=[ints("zero", [0]), ints("tail", [1, 2]), tensor("cls", [1, 1, 2], 0.5)])
# CHECK-LABEL: == token
# CHECK: -> tensor<?x4x2xf32>
accept("filled", [node("Shape", ["x"], ["shape"]), node("Slice", ["shape", "zero", "one"], ["n"]),
                  node("Concat", ["n", "tail"], ["sizes"], axis=0),
                  node("ConstantOfShape", ["sizes"], ["zeros"]), node("Concat", ["zeros", "x"], ["y"], "join", axis=1)],
       inputs=[("x", ["N", 3, 2])], initializers=[ints("zero", [0]), ints("one", [1]), ints("tail", [1, 2])])
# CHECK-LABEL: == filled
# CHECK: -> tensor<?x4x2xf32>
