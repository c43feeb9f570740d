# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGES = [("x", ["batch", 2, 4, 4])]


def list_node(name, values):
    """A Constant of integers, as PyTorch writes it."""
    return node("Constant", [], [name], value=ints("", values))


# x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, Reshape.
accept("view", [
    node("Shape", ["x"], ["shape"]),
    list_node("zero", 0),
    node("Gather", ["shape", "zero"], ["n"], axis=0),
    list_node("axes", [0]),
    node("Unsqueeze", ["n", "axes"], ["n1"]),
    list_node("rest", [-1]),
    node("Concat", ["n1", "rest"], ["sizes"], axis=0),
    node("Reshape", ["x", "sizes"], ["y"]),
], inputs=IMAGES)
# CHECK-LABEL: == view
# CHECK: ann.reshape %arg0 shape = [-1, 32]
# CHECK-NOT: ann.constant

# nn.functional.pad: a list of pads, filled up with zeros, reversed, transposed, cast.
accept("pad", [
    list_node("pads", [1, 2, 3, 4]),
    list_node("missing", [4]),
    node("ConstantOfShape", ["missing"], ["zeros"], value=ints("", [0])),
    node("Concat", ["pads", "zeros"], ["all"], axis=0),
    list_node("pairs", [-1, 2]),
    node("Reshape", ["all", "pairs"], ["matrix"]),
    list_node("start", [-1]), list_node("end", [-9223372036854775807]), list_node("axis", [0]),
    list_node("step", [-1]),
    node("Slice", ["matrix", "start", "end", "axis", "step"], ["reversed"]),
    node("Transpose", ["reversed"], ["turned"], perm=[1, 0]),
    node("Reshape", ["turned", "start"], ["flat"]),
    node("Cast", ["flat"], ["cast"], to=INT64),
    node("Pad", ["x", "cast"], ["y"]),
], inputs=IMAGES)
# CHECK-LABEL: == pad
# CHECK: ann.pad %arg0 pads = [0, 0, 3, 1, 0, 0, 4, 2]

# x[:, :, : h // 2]: sizes divided, sliced, and used as ends.
accept("half", [
    node("Shape", ["x"], ["shape"], start=2, end=3),
    list_node("two", [2]),
    node("Div", ["shape", "two"], ["h"]),
    list_node("begin", [0]), list_node("axis", [2]),
    node("Slice", ["x", "begin", "h", "axis"], ["y"]),
], inputs=IMAGES, opset=15)
# CHECK-LABEL: == half
# CHECK: ann.slice %arg0 starts = [0, 0, 0, 0] sizes = [-1, 2, 2, 4]

# An expand whose -1 become what they were: Equal, Where, Range, Mul, Sub, Floor.
accept("where", [
    node("Shape", ["x"], ["shape"]),
    list_node("wanted", [-1, 2, -1, 4]),
    list_node("all", -1),
    node("Equal", ["wanted", "all"], ["open"]),
    node("Where", ["open", "shape", "wanted"], ["sizes"]),
    list_node("first", 0), list_node("last", 4), list_node("by", 1),
    node("Range", ["first", "last", "by"], ["order"]),
    node("Gather", ["sizes", "order"], ["same"]),
    node("Mul", ["same", "by"], ["times"]),
    node("Sub", ["times", "first"], ["minus"]),
    node("Reshape", ["x", "minus"], ["y"]),
], inputs=IMAGES)
# CHECK-LABEL: == where
# CHECK: ann.reshape %arg0 shape = [-1, 2, 4, 4]

SHAPE = node("Shape", ["x"], ["shape"])
refuse("batch", [SHAPE, list_node("two", [2]), node("Mul", ["shape", "two"], ["sizes"]),
                 node("Reshape", ["x", "sizes"], ["y"])], inputs=IMAGES)
# CHECK: batch.onnx: node 'mul' (Mul): computes with the batch size, divides by zero, or leaves 64 bits
refuse("zero", [SHAPE, list_node("none", [0]), list_node("one", [1]),
                node("Div", ["one", "none"], ["sizes"]), node("Reshape", ["x", "sizes"], ["y"])],
       inputs=IMAGES)
# CHECK: zero.onnx: node 'div' (Div): computes with the batch size, divides by zero, or leaves 64 bits
refuse("index", [SHAPE, list_node("four", [4]), node("Gather", ["shape", "four"], ["sizes"]),
                 node("Reshape", ["x", "sizes"], ["y"])], inputs=IMAGES)
# CHECK: index.onnx: node 'gather' (Gather): index 4 is outside of a list of 4
refuse("huge", [list_node("size", [1 << 40]), node("ConstantOfShape", ["size"], ["sizes"]),
                node("Reshape", ["x", "sizes"], ["y"])], inputs=IMAGES)
# CHECK: huge.onnx: node 'constantofshape' (ConstantOfShape): makes a tensor of 1099511627776 integers
refuse("wrap", [list_node("size", [1 << 32, 1 << 32]), node("ConstantOfShape", ["size"], ["sizes"]),
                node("Reshape", ["x", "sizes"], ["y"])], inputs=IMAGES)
# CHECK: wrap.onnx: node 'constantofshape' (ConstantOfShape): makes a tensor of {{.*}} integers
refuse("forever", [list_node("a", 0), list_node("b", 1 << 40), list_node("c", 1),
                   node("Range", ["a", "b", "c"], ["sizes"]), node("Reshape", ["x", "sizes"], ["y"])],
       inputs=IMAGES)
# CHECK: forever.onnx: node 'range' (Range): counts in steps of 0, or too far
refuse("min", [list_node("a", [-(1 << 63)]), list_node("b", [-1]),
               node("Div", ["a", "b"], ["sizes"]), node("Reshape", ["x", "sizes"], ["y"])],
       inputs=IMAGES)
# CHECK: min.onnx: node 'div' (Div): computes with the batch size, divides by zero, or leaves 64 bits
