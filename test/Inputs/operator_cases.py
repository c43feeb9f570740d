"""Every ONNX operator that is imported, each as a network of one or two nodes, in words that need no ONNX library.

`CASES` are networks on input `x` with output `y`; `get_nodes` and `get_initializers` write them, under other names where several
share a file.
"""

from typing import NamedTuple

from onnx_writer import FLOAT, ints, node, size_of, tensor

IMAGE, ROW, SEQUENCE = (2, 4, 4), (4,), (3, 4)


class Case(NamedTuple):
    op: str
    nodes: tuple          # of (operator, inputs, outputs, attributes)
    shape: tuple          # of the input, behind the batch
    initializers: tuple   # of (name, shape, numbers); a shape of None stands for a list of integers
    opset: int
    size: int             # numbers of the output
    positive: bool        # what it is defined for


def one(op, shape=ROW, inputs=("x",), initializers=(), opset=20, size=None, positive=False, outputs=("y",),
        **attributes):
    return Case(op, ((op, inputs, outputs, attributes),), shape, initializers, opset,
                size or size_of(shape), positive)


def with_relu(op, size=4, **attributes):
    """A second activation beside the input."""
    return Case(op, (("Relu", ("x",), ("s",), {}), (op, ("s", "x"), ("y",), attributes)), ROW, (), 20, size,
                False)


def get_nodes(case, rename=lambda name: name):
    return [node(op, [rename(name) for name in inputs], [rename(name) for name in outputs],
                 name=rename(op.lower()), **attributes) for op, inputs, outputs, attributes in case.nodes]


def get_initializers(case, rename=lambda name: name):
    return [ints(rename(name), numbers) if shape is None else tensor(rename(name), shape, numbers)
            for name, shape, numbers in case.initializers]


W4 = (("w", [4, 4], [0.5, -0.25, 0.75, 0.1] * 4),)
ONES = tuple((name, [2], 1.0) for name in ("s", "b", "m", "v"))
TWO = (("c", [], [2.0]),)
TWICE = [1.0, 1.0, 2.0, 2.0]

CASES = [
    one("Abs"), with_relu("Add"), one("AveragePool", IMAGE, size=18, kernel_shape=[2, 2]),
    one("BatchNormalization", IMAGE, ("x", "s", "b", "m", "v"), ONES), one("Cast", to=FLOAT),
    one("Clip", inputs=("x", "lo", "hi"), initializers=(("lo", [], [-1.0]), ("hi", [], [1.0]))),
    with_relu("Concat", size=8, axis=1),
    one("Conv", IMAGE, ("x", "w"), (("w", [3, 2, 2, 2], 0.5),), size=27),
    one("ConvTranspose", IMAGE, ("x", "w"), (("w", [2, 3, 2, 2], 0.5),), size=192, strides=[2, 2]),
    one("Div", inputs=("x", "c"), initializers=TWO), one("Dropout"), one("Elu"), one("Erf"), one("Exp"),
    one("Expand", (1, 4), ("x", "shape"), (("shape", None, [1, 3, 4]),), size=12),
    one("Flatten", IMAGE), one("Gather", inputs=("x", "i"), initializers=(("i", None, [3, 0]),), size=2, axis=1),
    one("Gelu"), one("Gemm", inputs=("x", "w"), initializers=W4), one("GlobalAveragePool", IMAGE, size=2),
    one("GlobalMaxPool", IMAGE, size=2),
    one("GroupNormalization", IMAGE, ("x", "s", "b"), ONES[:2], opset=21, num_groups=1),
    one("HardSigmoid"), one("HardSwish"), one("Identity"),
    one("InstanceNormalization", IMAGE, ("x", "s", "b"), ONES[:2]),
    one("LayerNormalization", SEQUENCE, ("x", "g"), (("g", [4], 1.0),)), one("LeakyRelu"),
    one("MatMul", SEQUENCE, ("x", "w"), W4), with_relu("Max"), one("MaxPool", IMAGE, size=18, kernel_shape=[2, 2]),
    with_relu("Min"), with_relu("Mul"), one("Neg"),
    one("PRelu", inputs=("x", "c"), initializers=(("c", [1], [0.5]),)),
    one("Pad", inputs=("x", "p"), initializers=(("p", None, [0, 1, 0, 1]),), size=6),
    one("Pow", inputs=("x", "c"), initializers=TWO), one("Reciprocal", positive=True),
    one("ReduceL2", opset=13, size=1, axes=[1]), one("ReduceMean", opset=13, size=1, axes=[1]),
    one("ReduceSum", inputs=("x", "a"), initializers=(("a", None, [1]),), size=1),
    one("ReduceSumSquare", opset=13, size=1, axes=[1]), one("Relu"),
    one("Reshape", inputs=("x", "shape"), initializers=(("shape", None, [-1, 2, 2]),)),
    one("Resize", IMAGE, ("x", "", "k"), (("k", [4], TWICE),), size=128, mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    one("Sigmoid"),
    one("Slice", inputs=("x", "i", "j", "k"),
        initializers=(("i", None, [1]), ("j", None, [3]), ("k", None, [1])), size=2),
    one("Softmax"), one("Softplus"), one("Split", outputs=("y", "z"), size=2, axis=1, num_outputs=2),
    one("Sqrt", positive=True), one("Squeeze", (1, 4), ("x", "i"), (("i", None, [1]),)), with_relu("Sub"),
    with_relu("Sum"), one("Tanh"), one("Transpose", SEQUENCE, perm=[0, 2, 1]),
    one("Where", inputs=("c", "x", "s"), initializers=(("c", None, [1, 0, 0, 1]), ("s", [], [0.5]))),
    one("Unsqueeze", inputs=("x", "i"), initializers=(("i", None, [1]),)),
    one("Upsample", IMAGE, ("x", "k"), (("k", [4], TWICE),), opset=9, size=128, mode="nearest"),
]
