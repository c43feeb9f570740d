"""Every ONNX operator that is imported, each as a network of one or two nodes, in words that need no ONNX library.

`CASES` are networks on input `x` with output `y`; `get_nodes` and `get_initializers` write them, under other names where several
share a file.
"""

from typing import NamedTuple

from onnx_writer import FLOAT, INT8, INT32, UINT8, ints, node, size_of, tensor

IMAGE, ROW, SEQUENCE = (2, 4, 4), (4,), (3, 4)


class Case(NamedTuple):
    op: str
    nodes: tuple          # of (operator, inputs, outputs, attributes)
    shape: tuple          # of the input, behind the batch
    initializers: tuple   # of (name, shape, numbers) or (..., type); a shape of None stands for a list of integers
    opset: int
    size: int             # numbers of the output
    domain: str           # of what it is computed: ALL, POSITIVE, STEPS


# Numbers of either sign, what roots are defined for, and what keeps away from jumps at wholes and halves.
ALL, POSITIVE, STEPS = "all", "positive", "steps"


def one(op, shape=ROW, inputs=("x",), initializers=(), opset=20, size=None, domain=ALL, outputs=("y",),
        **attributes):
    return Case(op, ((op, inputs, outputs, attributes),), shape, initializers, opset,
                size or size_of(shape), domain)


def with_relu(op, size=None, shape=ROW, inputs=("s", "x"), initializers=(), **attributes):
    """A second activation beside the input."""
    return Case(op, (("Relu", ("x",), ("s",), {}), (op, inputs, ("y",), attributes)), shape, initializers, 20,
                size or size_of(shape), ALL)


def write_node(op, inputs, outputs, name, attributes):
    domain, _, plain = op.rpartition("::")
    return node(plain, inputs, outputs, name=name, domain=domain, **attributes)


def get_nodes(case, rename=lambda name: name):
    return [write_node(op, [rename(name) for name in inputs], [rename(name) for name in outputs],
                       rename(op.lower()), attributes) for op, inputs, outputs, attributes in case.nodes]


def get_initializers(case, rename=lambda name: name):
    return [ints(rename(name), numbers) if shape is None else tensor(rename(name), shape, numbers, *kind)
            for name, shape, numbers, *kind in case.initializers]


# Scales and zero points: of the input, of an output.
UNITS = (("s", [], [1 / 32]), ("z", [], [128], UINT8), ("t", [], [1 / 8]), ("u", [], [128], UINT8))


def quantized(op, inputs, shape=ROW, initializers=(), size=None, opset=13, **attributes):
    """An operator on the quantized input `q`, which gives another quantized tensor."""
    return Case(op, (("QuantizeLinear", ("x", "s", "z"), ("q",), {}), (op, inputs, ("r",), attributes),
                     ("DequantizeLinear", ("r", "t", "u"), ("y",), {})), shape, UNITS + initializers, opset,
                size or size_of(shape), ALL)


def of_integers(op, inputs, shape=ROW, initializers=(), size=None):
    """An operator whose result is sums of integers, which are scaled afterwards."""
    return Case(op, (("QuantizeLinear", ("x", "s", "z"), ("q",), {}), (op, inputs, ("r",), {}),
                     ("Cast", ("r",), ("f",), {"to": FLOAT}), ("Mul", ("f", "s"), ("y",), {})), shape,
                UNITS + initializers, 13, size or size_of(shape), ALL)


def quantized_contrib(op, inputs, **rest):
    return quantized("com.microsoft::" + op, inputs, **rest)


W4 = (("w", [4, 4], [0.5, -0.25, 0.75, 0.1] * 4),)
ONES = tuple((name, [2], 1.0) for name in ("s", "b", "m", "v"))
TWO = (("c", [], [2.0]),)
QROW = (("w", [4, 4], [3, -5, 7, 2] * 4, INT8), ("v", [], [0.125]), ("i", [], [0], INT8))
QCONV = (("w", [2, 2, 2, 2], [3, -5, 7, 2] * 4, INT8), ("v", [], [0.125]), ("i", [], [0], INT8))
TWICE = [1.0, 1.0, 2.0, 2.0]
CONV = (("w", [2, 2, 3, 3], [0.5, -0.25, 0.75, 0.1] * 9), ("b", [2], [0.1, -0.2]))
VIDEO = (1, 3, 4, 4)


def contrib(op, *arguments, make=one, **more):
    return make("com.microsoft::" + op, *arguments, **more)


# Operators that can only end a network: the host computes them.
HEADS = [one("ArgMax", size=1, axis=1), one("LogSoftmax")]

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
    one("Pow", inputs=("x", "c"), initializers=TWO), one("Reciprocal", domain=POSITIVE),
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
    one("Sqrt", domain=POSITIVE), one("Squeeze", (1, 4), ("x", "i"), (("i", None, [1]),)), with_relu("Sub"),
    with_relu("Sum"), one("Tanh"), one("Transpose", SEQUENCE, perm=[0, 2, 1]),
    one("Where", inputs=("c", "x", "s"), initializers=(("c", None, [1, 0, 0, 1]), ("s", [], [0.5]))),
    one("Unsqueeze", inputs=("x", "i"), initializers=(("i", None, [1]),)),
    one("CastLike", inputs=("x", "c"), initializers=TWO),
    quantized("QuantizeLinear", ("x", "t", "u")), Case("DequantizeLinear", (
        ("QuantizeLinear", ("x", "s", "z"), ("q",), {}), ("DequantizeLinear", ("q", "t", "u"), ("y",), {})), ROW, UNITS, 13, 4, ALL),
    Case("DynamicQuantizeLinear", (("DynamicQuantizeLinear", ("x",), ("q", "qs", "qz"), {}),
                                   ("DequantizeLinear", ("q", "qs", "qz"), ("d",), {}), ("Relu", ("d",), ("y",), {})), ROW, (), 13, 4, ALL),
    of_integers("ConvInteger", ("q", "w", "z"), IMAGE, QCONV[:1], 18),
    of_integers("MatMulInteger", ("q", "w", "z"), ROW, QROW[:1]),
    quantized("QLinearConv", ("q", "s", "z", "w", "v", "i", "t", "u"), IMAGE, QCONV, 18),
    quantized("QLinearMatMul", ("q", "s", "z", "w", "v", "i", "t", "u"), ROW, QROW),
    quantized_contrib("QGemm", ("q", "s", "z", "w", "v", "i", "b", "t", "u"), initializers=QROW + (("b", [4], [9, -9, 5, 0], INT32),)),
    quantized_contrib("QLinearAdd", ("q", "s", "z", "q", "s", "z", "t", "u")),
    quantized_contrib("QLinearMul", ("q", "s", "z", "w", "v", "i", "t", "u"), initializers=QROW[1:] + (("w", [4], [1, 2, 3, -4], INT8),)),
    quantized_contrib("QLinearSigmoid", ("q", "s", "z", "t", "u")), quantized_contrib("QLinearLeakyRelu", ("q", "s", "z", "t", "u"), alpha=0.5),
    quantized_contrib("QLinearSoftmax", ("q", "s", "z", "s", "z"), axis=1, opset=13),
    quantized_contrib("QLinearConcat", ("t", "u", "q", "s", "z", "q", "s", "z"), size=8, axis=1),
    quantized_contrib("QLinearAveragePool", ("q", "s", "z", "t", "u"), shape=IMAGE, size=18, kernel_shape=[2, 2]),
    quantized_contrib("QLinearGlobalAveragePool", ("q", "s", "z", "t", "u"), shape=IMAGE, size=2, channels_last=0),
    quantized_contrib("QLinearReduceMean", ("q", "s", "z", "t", "u"), size=1, axes=[1], keepdims=1),
    one("com.microsoft::DynamicQuantizeMatMul", inputs=("x", "w", "v", "i"), initializers=QROW),
    Case("com.microsoft::MatMulIntegerToFloat", (
        ("QuantizeLinear", ("x", "s", "z"), ("q",), {}),
        ("com.microsoft::MatMulIntegerToFloat", ("q", "w", "s", "v", "z", "i"), ("y",), {})), ROW, UNITS + QROW, 13, 4, ALL),
    Case("com.microsoft::QuantizeLinear", (
        ("com.microsoft::QuantizeLinear", ("x", "s", "z"), ("q",), {}), ("Identity", ("q",), ("r",), {}),
        ("DequantizeLinear", ("r", "s", "z"), ("y",), {})), ROW, UNITS, 13, 4, ALL),
    Case("com.microsoft::DequantizeLinear", (
        ("QuantizeLinear", ("x", "s", "z"), ("q",), {}), ("Identity", ("q",), ("r",), {}),
        ("com.microsoft::DequantizeLinear", ("r", "s", "z"), ("y",), {})), ROW, UNITS, 13, 4, ALL),
    one("Upsample", IMAGE, ("x", "k"), (("k", [4], TWICE),), opset=9, size=128, mode="nearest"),
    one("Celu", alpha=0.5), one("Mish"), one("Selu"), one("Softsign"), one("Sin"), one("Cos"),
    one("Log", domain=POSITIVE),
    *(one(op, domain=STEPS) for op in ("Ceil", "Floor", "Round", "Shrink", "Sign", "ThresholdedRelu")),
    one("DepthToSpace", (4, 2, 2), blocksize=2), one("SpaceToDepth", IMAGE, blocksize=2),
    one("GlobalLpPool", IMAGE, size=2), one("LogSoftmax"), one("LpNormalization"), with_relu("Mean"),
    one("ReduceL1", opset=13, size=1, axes=[1]), one("ReduceLogSum", opset=13, size=1, domain=POSITIVE, axes=[1]),
    one("ReduceLogSumExp", opset=13, size=1, axes=[1]), one("ReduceMax", opset=13, size=1, axes=[1]),
    one("ReduceMin", IMAGE, opset=13, size=2, axes=[2, 3], keepdims=0),
    one("RMSNormalization", SEQUENCE, ("x", "g"), (("g", [4], 1.0),), opset=23),
    one("SimplifiedLayerNormalization", SEQUENCE, ("x", "g"), (("g", [4], 1.0),)),
    one("Tile", inputs=("x", "i"), initializers=(("i", None, [1, 3]),), size=12),
    contrib("BiasGelu", inputs=("x", "b"), initializers=(("b", [4], [0.5, -0.5, 1.0, 0.0]),)),
    contrib("FastGelu"), contrib("Gelu"), contrib("QuickGelu"),
    contrib("FusedConv", IMAGE, ("x", "w", "b"), CONV, pads=[1, 1, 1, 1], activation="LeakyRelu",
            activation_params=[0.1]),
    contrib("FusedGemm", inputs=("x", "w"), initializers=W4, activation="Relu"),
    contrib("FusedMatMul", SEQUENCE, ("x", "w"), W4, alpha=0.5, transB=1),
    contrib("LayerNormalization", SEQUENCE, ("x", "g"), (("g", [4], 1.0),)),
    contrib("SimplifiedLayerNormalization", SEQUENCE, ("x", "g"), (("g", [4], 1.0),)),
    contrib("SkipLayerNormalization", shape=SEQUENCE, inputs=("s", "x", "g"), initializers=(("g", [4], 1.0),),
            make=with_relu),
    contrib("SkipSimplifiedLayerNormalization", shape=SEQUENCE, inputs=("s", "x", "g"),
            initializers=(("g", [4], 1.0),), make=with_relu),
]

# Other forms of operators above, of other kinds of synapses.
VARIANTS = [
    one("AveragePool", IMAGE, size=8, kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    one("AveragePool", IMAGE, size=18, kernel_shape=[2, 2], pads=[1, 1, 0, 0], dilations=[2, 2]),
    one("AveragePool", VIDEO, size=12, kernel_shape=[2, 2, 2], strides=[1, 2, 2], pads=[1, 0, 0, 0, 0, 0]),
    one("Conv", VIDEO, ("x", "w"), (("w", [2, 1, 2, 3, 3], [0.5, -0.25, 0.75, 0.1, -0.3, 0.2] * 6),), size=64,
        pads=[0, 1, 1, 0, 1, 1]),
    one("GlobalAveragePool", VIDEO, size=1),
    one("Pad", inputs=("x", "p"), initializers=(("p", None, [0, 2, 0, 1]),), size=7, mode="reflect"),
    one("Resize", IMAGE, ("x", "", "k"), (("k", [4], TWICE),), size=128, mode="linear"),
    one("Resize", IMAGE, ("x", "", "k"), (("k", [4], [1.0, 1.0, 1.5, 0.5]),), size=24, mode="linear",
        coordinate_transformation_mode="align_corners"),
    one("Resize", IMAGE, ("x", "", "k"), (("k", [4], TWICE),), size=128, mode="cubic"),
    one("Shrink", lambd=0.5, bias=0.5),
]
