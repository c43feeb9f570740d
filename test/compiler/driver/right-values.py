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


def compute(name, nodes, shape, answer, initializers=(), images=None, most=0.004, opset=13, flags=()):
    """Compiles and runs a network, and holds both of its answers to `answer`, a function of one image."""
    random.seed(name)
    size = size_of(shape)
    images = images or [[random.uniform(-2, 2) for _ in range(size)] for _ in range(IMAGES)]
    write("x.npy", npy_bytes([len(images), *shape], sum(images, [])))
    model(name, nodes, inputs=[("x", ["N", *shape])], initializers=initializers, opset=opset)
    net = FOLDER / (name + ".snnb")
    snnc("compile", FOLDER / (name + ".onnx"), "--calibrate", FOLDER / "x.npy", "-o", net, *FLAGS, *flags)
    snnc("run", net, "--data", FOLDER / "x.npy", "--logits", FOLDER / "y.npy", "--ann-logits", FOLDER / "ann.npy")
    # Files hold float32.
    exact = [struct.unpack(f"<{size}f", struct.pack(f"<{size}f", *image)) for image in images]
    wanted = sum((answer(list(image)) for image in exact), [])
    ann = read_floats("ann.npy")
    spikes = read_floats("y.npy")[-len(wanted):]
    largest = max(map(abs, wanted))
    for kind, found, limit in (("the ANN", ann, 2e-6), ("the spiking network", spikes, most)):
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

print("done")
# CHECK-NOT: off by
# CHECK: done
