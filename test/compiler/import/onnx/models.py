# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

RELU = [node("Relu", ["x"], ["y"])]

for opset in [7, 23]:
    accept(f"opset{opset}", RELU, opset=opset)
# CHECK-LABEL: == opset7
# CHECK: ann.relu
# CHECK-LABEL: == opset23
# CHECK: ann.relu
for opset in [6, 24]:
    refuse(f"opset{opset}", RELU, opset=opset)
# CHECK: opset6.onnx: uses opset 6; supported are 7 to 23 (export again with opset_version=17)
# CHECK: opset24.onnx: uses opset 24; supported are 7 to 23

# The batch varies, whether the file says so or not.
accept("fixed", RELU, inputs=[("x", [1, 3])])
# CHECK-LABEL: == fixed
# CHECK: tensor<?x3xf32>
# Old files list their weights as inputs, too.
accept("listed", [node("Add", ["x", "w"], ["y"])], inputs=[("x", ["N", 3]), ("w", [3])],
       initializers=[tensor("w", [3])])
# CHECK-LABEL: == listed
# CHECK: func.func @main(%arg0: tensor<?x3xf32> {ann.name = "x"}) ->
# A node without a name goes by its output.
refuse("nameless", [node("Relu", ["a"], ["y"], name="")])
# CHECK: nameless.onnx: node 'y' (Relu): input 'a' is defined by no node before it

refuse("operators", [node("Relu", ["x"], ["a"]), node("NonZero", ["a"], ["b"], name="n1"),
                     node("Loop", ["b"], ["c"]), node("NonZero", ["c"], ["d"]),
                     node("Scan", ["d"], ["y"])])
# CHECK: operators.onnx: node 'n1' (NonZero): operator is not supported (its shape depends on data; only fixed shapes convert), nor are Loop, Scan; supported are {{.*}}Relu
refuse("domain", [node("Relu", ["x"], ["y"], domain="com.example")])
# CHECK: domain.onnx: node 'relu' (com.example::Relu): operator is not supported; supported are {{.*}}Relu
refuse("domains", [node("Conv", ["x"], ["a"], domain="com.example"), node("Foo", ["a"], ["b"], domain="com.acme"),
                   node("Gelu", ["b"], ["y"], domain="ai.onnx.ml")])
# CHECK: domains.onnx: node 'conv' (com.example::Conv): operator is not supported, nor are ai.onnx.ml::Gelu, com.acme::Foo; supported are
refuse("recurrent", [node("LSTM", ["x"], ["y"])])
# CHECK: recurrent.onnx: node 'lstm' (LSTM): operator is not supported (recurrence is not supported; unroll it over its time steps into Gemm, Sigmoid, Tanh and Mul, or train convolutions over time instead); supported are
refuse("integers", RELU, inputs=[("x", ["N", 3], INT64)])
# CHECK: integers.onnx: node 'relu' (Relu): computes with integers that depend on the network's input ('x'), which have no form here; cast them to float first
refuse("text", RELU, inputs=[("x", ["N", 3], STRING)])
# CHECK: text.onnx: input 'x' must be a tensor of numbers
refuse("scalar", RELU, inputs=[("x", [])])
# CHECK: scalar.onnx: input 'x' has no shape; give one with --input-shape x=1x3x224x224

# What no output depends on is not looked at, whatever it is.
accept("unread", [node("NonZero", ["x"], ["a"]), node("Relu", ["x"], ["y"]), node("Loop", ["y"], ["b"]),
                  node("com.example::Tap", ["b"], ["c"])],
       initializers=[field(1, 1) + field(2, STRING) + field(8, "label") + fields(6, ["a"])],
       inputs=[("x", ["N", 3]), ("state", ["N", "unknown"])])
# CHECK-LABEL: == unread
# CHECK: func.func @main(%arg0: tensor<?x3xf32> {ann.name = "x"}) ->
# CHECK-NEXT: ann.relu
# CHECK-NEXT: return
refuse("twice", [node("Relu", ["x"], ["y"]), node("Relu", ["x"], ["y"])])
# CHECK: twice.onnx: node 'relu' (Relu): defines 'y' a second time
refuse("output", RELU, outputs=["z"])
# CHECK: output.onnx: output 'z' is defined by no node
refuse("no_output", RELU, outputs=[])
# CHECK: no_output.onnx: has no output
refuse("constant", [node("Constant", [], ["y"], value=tensor("", [3]))])
# CHECK: constant.onnx: output 'y' does not depend on the input
refuse("valueless", [node("Constant", [], ["y"], name="c", sparse_value=b"")])
# CHECK: valueless.onnx: node 'c' (Constant): has none of the attributes value, value_float(s), value_int(s)
refuse("deaf", [node("Relu", ["x"], [])])
# CHECK: deaf.onnx: node 'relu' (Relu): has no output
refuse("no_nodes", [])
# CHECK: no_nodes.onnx: output 'y' is defined by no node
accept("input_is_output", [], outputs=["x"])
# CHECK-LABEL: == input_is_output
# CHECK: return %arg0

# Files that are no models.
write("empty.onnx", b"")
refuse_file("empty.onnx")
# CHECK: empty.onnx: is empty
whole = model_bytes(RELU, initializers=[tensor("w", [3])])
write("truncated.onnx", whole[:-20])
refuse_file("truncated.onnx")
# CHECK: truncated.onnx: truncated, or not an ONNX file
write("text.onnx", b"#!/bin/sh\necho hello\n")
refuse_file("text.onnx")
# CHECK: text.onnx: truncated, or not an ONNX file

# However a file is cut, it is refused in one line or imported; nothing crashes.
for end in range(1, len(whole)):
    write("cut.onnx", whole[:end])
    if end % 8 == 0:
        result = translate("cut.onnx")
        assert result.returncode in (0, 1) and len(result.stderr.splitlines()) <= 1, (end, result)
