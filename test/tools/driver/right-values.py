# RUN: %python %s %t | FileCheck %s
"""What networks answer where a value that is no number of the data could get in: borders, masks, signs, sizes.

The right answers are computed here, in plain Python, from what ONNX says of each operator: the ANN that a program
carries must give them, and the spiking network must come to them.
"""
import itertools
import math
import random

from onnx_writer import *
from read_npz import read_npy
from write_npy import npy_bytes

IMAGES = 8
# The paper's code, after so many steps that its last one is 2e-4 of a neuron's range.
FLAGS = ["--code", "sign", "--schedule", "exponential:0.15,0.95", "--steps", "128"]


def read_floats(name):
    return read_npy((FOLDER / name).read_bytes())[1]


def compute(name, nodes, shape, answer, initializers=(), images=None, most=0.004, opset=13, flags=(), beyond=1,
            ann_most=2e-6):
    """Compiles and runs a network, and holds both of its answers to `answer`, a function of one image. Images are
    `beyond` times as large as those of the calibration."""
    random.seed(name)
    size = size_of(shape)
    images = images or [[random.uniform(-2, 2) for _ in range(size)] for _ in range(IMAGES)]
    write("x.npy", npy_bytes([len(images), *shape], sum(images, [])))
    model(name, nodes, inputs=[("x", ["N", *shape])], initializers=initializers, opset=opset)
    images = [[x * beyond for x in image] for image in images]
    write("beyond.npy", npy_bytes([len(images), *shape], sum(images, [])))
    net = FOLDER / (name + ".snnb")
    snnc("compile", FOLDER / (name + ".onnx"), "--calibrate", FOLDER / "x.npy", "-o", net, *FLAGS, *flags)
    snnc("run", net, "--data", FOLDER / "beyond.npy", "--logits", FOLDER / "y.npy", "--ann-logits", FOLDER / "ann.npy")
    # Files hold float32.
    exact = [struct.unpack(f"<{size}f", struct.pack(f"<{size}f", *image)) for image in images]
    wanted = sum((answer(list(image)) for image in exact), [])
    ann = read_floats("ann.npy")
    spikes = read_floats("y.npy")[-len(wanted):]
    largest = max(map(abs, wanted))
    for kind, found, limit in (("the ANN", ann, ann_most), ("the spiking network", spikes, most)):
        assert len(found) == len(wanted), f"{name}: {len(found)} outputs, not {len(wanted)}"
        error = max(abs(a - b) for a, b in zip(found, wanted)) / largest
        # NaN is not below anything.
        print(name, kind, "is right" if error <= limit else f"is off by {error:.3g}", flush=True)


# ---- Padding ------------------------------------------------------------------------------------

def max_pool(shape, kernel, strides, begins, ends, dilations=(1, 1), ceil=False):
    """The maximum over the elements of each window that exist."""
    channels, *sizes = shape
    counts = [(size + begin + end - dilation * (k - 1) - 1) / stride
              for size, begin, end, dilation, k, stride in zip(sizes, begins, ends, dilations, kernel, strides)]
    counts = [(math.ceil(count) if ceil else math.floor(count)) + 1 for count in counts]

    def answer(image):
        result = []
        for c, *at in itertools.product(range(channels), *map(range, counts)):
            window = []
            for tap in itertools.product(*map(range, kernel)):
                place = [a * stride - begin + t * dilation for a, stride, begin, t, dilation
                         in zip(at, strides, begins, tap, dilations)]
                if all(0 <= p < size for p, size in zip(place, sizes)):
                    index = c
                    for p, size in zip(place, sizes):
                        index = index * size + p
                    window.append(image[index])
            result.append(max(window))
        return result
    return answer


def pool(output="y", source="x", **attributes):
    return node("MaxPool", [source], [output], **attributes)


SQUARE = (2, 5, 5)
compute("pool_padded", [pool(kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])], SQUARE,
        max_pool(SQUARE, (3, 3), (2, 2), (1, 1), (1, 1)))
# CHECK: pool_padded the ANN is right
# CHECK: pool_padded the spiking network is right
compute("pool_uneven", [pool(kernel_shape=[3, 2], strides=[2, 1], pads=[1, 1, 2, 0], dilations=[2, 1])], (2, 6, 4),
        max_pool((2, 6, 4), (3, 2), (2, 1), (1, 1), (2, 0), (2, 1)))
# CHECK: pool_uneven the ANN is right
# CHECK: pool_uneven the spiking network is right
compute("pool_ceil", [pool(kernel_shape=[3], strides=[2], pads=[1, 0], dilations=[2], ceil_mode=1)], (2, 7),
        max_pool((2, 7), (3,), (2,), (1,), (0,), (2,), ceil=True))
# CHECK: pool_ceil the ANN is right
# CHECK: pool_ceil the spiking network is right
for rule, begins, ends in (("UPPER", (0, 0), (1, 1)), ("LOWER", (1, 1), (0, 0))):
    compute("pool_same_" + rule.lower(), [pool(kernel_shape=[2, 2], strides=[1, 1], auto_pad="SAME_" + rule)], SQUARE,
            max_pool(SQUARE, (2, 2), (1, 1), begins, ends))
# CHECK: pool_same_upper the ANN is right
# CHECK: pool_same_upper the spiking network is right
# CHECK: pool_same_lower the ANN is right
# CHECK: pool_same_lower the spiking network is right

# All activations are negative, and far below any number that could stand for a border; a program holds float32.
below = max_pool(SQUARE, (3, 3), (2, 2), (1, 1), (1, 1))
compute("pool_below", [node("Add", ["x", "c"], ["s"]), pool(source="s", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])],
        SQUARE, lambda image: below([x - 300 for x in image]), [tensor("c", [], [-300.0])])
# CHECK: pool_below the ANN is right
# CHECK: pool_below the spiking network is right

# Three pools one behind the other, side by side: SPPF.
sppf = max_pool(SQUARE, (3, 3), (1, 1), (1, 1), (1, 1))
compute("pools_behind_pools",
        [pool(to, source, kernel_shape=[3, 3], strides=[1, 1], pads=[1, 1, 1, 1], name=to) for source, to in ("xa", "ab", "bc")]
        + [node("Concat", ["x", "a", "b", "c"], ["y"], axis=1)], SQUARE,
        lambda image: image + sppf(image) + sppf(sppf(image)) + sppf(sppf(sppf(image))))
# CHECK: pools_behind_pools the ANN is right
# CHECK: pools_behind_pools the spiking network is right

# A border of the lowest number, as some exporters write what a pool calls padding.
compute("pool_lowest", [node("Pad", ["x", "p", "v"], ["s"]), pool(source="s", kernel_shape=[3, 3], strides=[2, 2])], SQUARE,
        max_pool(SQUARE, (3, 3), (2, 2), (1, 1), (1, 1)),
        [ints("p", [0, 0, 1, 1, 0, 0, 1, 1]), tensor("v", [], [-3.4028234663852886e38])])
# CHECK: pool_lowest the ANN is right
# CHECK: pool_lowest the spiking network is right

# A border of a number is an element like others.
bordered = max_pool((1, 6), (2,), (2,), (0,), (0,))
compute("pool_border", [node("Pad", ["x", "p", "v"], ["s"]), pool(source="s", kernel_shape=[2], strides=[2])], (1, 4),
        lambda image: bordered([-0.5, *image, -0.5]), [ints("p", [0, 0, 1, 0, 0, 1]), tensor("v", [], [-0.5])])
# CHECK: pool_border the ANN is right
# CHECK: pool_border the spiking network is right


# ---- Masks --------------------------------------------------------------------------------------

def softmax(row):
    """Of what is no more than a mask to float32: 0."""
    best = max(row)
    exponentials = [math.exp(x - best) for x in row]
    return [x / sum(exponentials) for x in exponentials]


def masked_rows(mask, rows, columns):
    def answer(image):
        image = [x + m for x, m in zip(image, itertools.cycle(mask))]
        return sum((softmax(image[row * columns:(row + 1) * columns]) for row in range(rows)), [])
    return answer


INF = float("inf")
SOFTMAX = node("Softmax", ["s"], ["y"], axis=-1)
ADD = node("Add", ["x", "m"], ["s"])


def masked(name, mask, shape, mask_shape, **more):
    rows, columns = size_of(shape[:-1]), shape[-1]
    compute(name, [ADD, SOFTMAX], shape, masked_rows(mask, rows, columns), [tensor("m", mask_shape, mask)], **more)


def causal(size, low):
    return [0.0 if j <= i else low for i in range(size) for j in range(size)]


masked("mask_causal", causal(4, -INF), (2, 4, 4), [1, 1, 4, 4])
# CHECK: mask_causal the ANN is right
# CHECK: mask_causal the spiking network is right
masked("mask_lowest", causal(5, -3.4028234663852886e38), (5, 5), [5, 5])
# CHECK: mask_lowest the ANN is right
# CHECK: mask_lowest the spiking network is right
# Shifted windows hide by -100 only, BERT by -10000.
masked("mask_windows", [0.0, -100.0, 0.5, -100.0, 0.0, -100.0], (2, 3), [2, 3])
# CHECK: mask_windows the ANN is right
# CHECK: mask_windows the spiking network is right
masked("mask_padding", [0.0, 0.0, -10000.0, 0.0], (2, 3, 4), [4])
# CHECK: mask_padding the ANN is right
# CHECK: mask_padding the spiking network is right
# A mask of each head with slopes beside it.
masked("mask_slopes", [m - slope * abs(i - j) if m == 0 else m for slope in (0.5, 0.25) for m, (i, j) in
                       zip(causal(3, -INF), itertools.product(range(3), range(3)))], (2, 3, 3), [2, 3, 3])
# CHECK: mask_slopes the ANN is right
# CHECK: mask_slopes the spiking network is right
keep = [1, 0, 1, 1, 1, 0]
compute("mask_where", [node("Where", ["c", "x", "v"], ["s"]), SOFTMAX], (2, 3),
        masked_rows([0.0 if k else -INF for k in keep], 2, 3),
        [tensor("c", [2, 3], keep, BOOL), tensor("v", [], [-1e9])])
# CHECK: mask_where the ANN is right
# CHECK: mask_where the spiking network is right
compute("mask_where_not", [node("Where", ["c", "v", "x"], ["s"]), SOFTMAX], (2, 3),
        masked_rows([0.0 if k else -INF for k in keep], 2, 3),
        [tensor("c", [2, 3], [1 - k for k in keep], BOOL), tensor("v", [], [-INF])])
# CHECK: mask_where_not the ANN is right
# CHECK: mask_where_not the spiking network is right
# A choice between activations, and between an activation and a number.
compute("where", [node("Relu", ["x"], ["r"]), node("Where", ["c", "x", "r"], ["a"]), node("Where", ["c", "v", "a"], ["b"]),
                  node("Add", ["a", "b"], ["y"])], (2, 3),
        lambda image: [(x if k else max(x, 0)) + (0.25 if k else max(x, 0)) for x, k in zip(image, keep)],
        [tensor("c", [2, 3], keep, BOOL), tensor("v", [], [0.25])])
# CHECK: where the ANN is right
# CHECK: where the spiking network is right

# ---- Bounds -------------------------------------------------------------------------------------

compute("clip_infinite", [node("Clip", ["x", "a", "b"], ["y"])], (4,), lambda image: [max(x, -1.0) for x in image],
        [tensor("a", [], [-1.0]), tensor("b", [], [INF])])
# CHECK: clip_infinite the ANN is right
# CHECK: clip_infinite the spiking network is right
compute("max_infinite", [node("Max", ["x", "a"], ["s"]), node("Min", ["s", "b"], ["t"]), node("Relu", ["t"], ["y"])], (4,),
        lambda image: [max(x, 0) for x in image], [tensor("a", [], [-INF]), tensor("b", [4], INF)])
# CHECK: max_infinite the ANN is right
# CHECK: max_infinite the spiking network is right

# ---- Signs --------------------------------------------------------------------------------------

NEGATIVE = [node("Exp", ["x"], ["e"]), node("Add", ["e", "c"], ["f"]), node("Neg", ["f"], ["g"])]
ONE = [tensor("c", [], [1.0])]
compute("quotient_negative", [*NEGATIVE, node("Div", ["x", "g"], ["y"])], (4,),
        lambda image: [-x / (1 + math.exp(x)) for x in image], ONE)
# CHECK: quotient_negative the ANN is right
# CHECK: quotient_negative the spiking network is right
compute("reciprocal_negative", [*NEGATIVE, node("Reciprocal", ["g"], ["y"])], (4,),
        lambda image: [-1 / (1 + math.exp(x)) for x in image], ONE)
# CHECK: reciprocal_negative the ANN is right
# CHECK: reciprocal_negative the spiking network is right
signs = [1.0, -2.0, 1.0, -0.5]
compute("quotient_signs", [*NEGATIVE[:2], node("Mul", ["f", "s"], ["g"]), node("Div", ["x", "g"], ["a"]), node("Div", ["c", "g"], ["b"]),
                           node("Concat", ["a", "b"], ["y"], axis=1)], (4,),
        lambda image: [x / (s * (1 + math.exp(x))) for x, s in zip(image, signs)]
        + [1 / (s * (1 + math.exp(x))) for x, s in zip(image, signs)],
        [*ONE, tensor("s", [4], signs)])
# CHECK: quotient_signs the ANN is right
# CHECK: quotient_signs the spiking network is right

# ---- Sizes --------------------------------------------------------------------------------------

WEIGHTS = [[math.sin(3 * i + j) for j in range(4)] for i in range(4)]


def two_layers(scale):
    def layer(row):
        return [sum(w * x for w, x in zip(weights, row)) * scale for weights in WEIGHTS]
    return lambda image: layer([max(x, 0) for x in layer(image)])


# Activations of 1e-6, 1e-15, 1e6 and nothing at all.
for scale in (1e-6, 1e-15, 1e6, 0.0):
    w = tensor("w", [4, 4], [struct.unpack("<f", struct.pack("<f", x * scale))[0] for row in WEIGHTS for x in row])
    bias = [0.0, 1.0, 0.0, 0.0] if scale == 0 else [0.0] * 4
    compute(f"layers_{scale:g}", [node("Gemm", ["x", "w"], ["h"], transB=1), node("Relu", ["h"], ["r"], name="r"),
                                  node("Gemm", ["r", "w", "b"], ["y"], name="last", transB=1)], (4,),
            lambda image, scale=scale, bias=bias: [x + b for x, b in zip(two_layers(scale)(image), bias)],
            [w, tensor("b", [4], bias)])
# CHECK: layers_1e-06 the ANN is right
# CHECK: layers_1e-06 the spiking network is right
# CHECK: layers_1e-15 the ANN is right
# CHECK: layers_1e-15 the spiking network is right
# CHECK: layers_1e+06 the ANN is right
# CHECK: layers_1e+06 the spiking network is right
# CHECK: layers_0 the ANN is right
# CHECK: layers_0 the spiking network is right

# Five times what calibration has seen, which is beyond the three ranges that the paper's steps reach, in real numbers and in integers.
WIDE = [node("Gemm", ["x", "w"], ["h"], transB=1), node("Relu", ["h"], ["r"], name="r"), node("Gemm", ["r", "w"], ["y"], name="last", transB=1)]
for form, flags in (("real", []), ("integer", ["--quantize", "--state-bits", "32"])):
    compute("headroom_" + form, WIDE, (4,), two_layers(1), [tensor("w", [4, 4], sum(WEIGHTS, []))], beyond=5,
            most=0.01 if form == "real" else 0.02, ann_most=2e-6 if form == "real" else 0.02, flags=["--headroom", "5", *flags])
# CHECK: headroom_real the ANN is right
# CHECK: headroom_real the spiking network is right
# CHECK: headroom_integer the ANN is right
# CHECK: headroom_integer the spiking network is right

# What goes far beyond the bounds of a Clip, behind eight-bit weights of a file: weights stay what they are, and the pieces of
# the function lie where it changes. Inputs stay in their range where only activations go beyond theirs.
EIGHT_BITS = [[(17 * i + 29 * j) % 201 - 100 for j in range(4)] for i in range(4)]


def clipped(image):
    hidden = [min(max(sum(0.2 * w * x for w, x in zip(row, image)), 0), 3) for row in EIGHT_BITS]
    return [sum(0.01 * w * h for w, h in zip(row, hidden)) for row in EIGHT_BITS]


for name, flags in (("integers", []), ("headroom", ["--headroom", "16", "--input-headroom", "1"])):
    compute("clip_far_" + name, [node("Gemm", ["x", "w"], ["h"], transB=1), node("Clip", ["h", "zero", "three"], ["c"], name="c"),
                                 node("Gemm", ["c", "v"], ["y"], name="last", transB=1)], (4,), clipped,
            [tensor("w", [4, 4], [0.2 * w for w in sum(EIGHT_BITS, [])]), tensor("v", [4, 4], [0.01 * w for w in sum(EIGHT_BITS, [])]),
             tensor("zero", [], [0.0]), tensor("three", [], [3.0])],
            most=0.004, ann_most=0.002, flags=["--quantize", "--state-bits", "32", *flags])
# CHECK: clip_far_integers the ANN is right
# CHECK: clip_far_integers the spiking network is right
# CHECK: clip_far_headroom the ANN is right
# CHECK: clip_far_headroom the spiking network is right

# A Clip that calibration shows asleep, at its bound in every image, still follows data that wake it.
compute("clip_asleep", [node("Add", ["x", "b"], ["h"]), node("Clip", ["h", "zero", "three"], ["y"], name="c")], (4,),
        lambda image: [min(max(x - 3, 0), 3) for x in image], [tensor("b", [4], [-3.0] * 4), tensor("zero", [], [0.0]), tensor("three", [], [3.0])],
        beyond=1.9, most=0.02, ann_most=0.01, flags=["--quantize", "--state-bits", "32", "--headroom", "2"])
# CHECK: clip_asleep the ANN is right
# CHECK: clip_asleep the spiking network is right

# One value in several places.
compute("same_value", [node("Relu", ["x"], ["r"]), node("Add", ["r", "r"], ["a"]), node("Concat", ["r", "a", "r", "r"], ["y"], axis=1)],
        (4,), lambda image: (lambda r: r + [2 * x for x in r] + r + r)([max(x, 0) for x in image]))
# CHECK: same_value the ANN is right
# CHECK: same_value the spiking network is right
compute("softmax_channels", [node("Softmax", ["x"], ["y"], axis=1)], (3, 2, 2),
        lambda image: [softmax(image[i::4])[c] for c in range(3) for i in range(4)])
# CHECK: softmax_channels the ANN is right
# CHECK: softmax_channels the spiking network is right

print("done")
# CHECK-NOT: off by
# CHECK: done
