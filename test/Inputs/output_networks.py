"""Networks with several outputs and inputs, their data, and what ONNX Runtime 1.30 gives for it."""

import random

from onnx_writer import *

SAMPLES = 6


def numbers(seed, count):
    """From -1 to 1, in sixteenths: the same in every arithmetic."""
    source = random.Random(seed)
    return [source.randrange(-16, 17) / 16 for _ in range(count)]


def step(op, inputs, output, **attributes):
    """A node with the name of its output."""
    return node(op, inputs, [output], output, **attributes)


def write_outputs(name):
    """A classifier behind a hidden layer: its probabilities, the logits, their class, the hidden layer, a gate of two on
    three maps, and the input."""
    model(name,
          [step("Gemm", ["x", "w"], "a"), step("Relu", ["a"], "h"), step("Gemm", ["h", "v"], "logits"),
           step("Softmax", ["logits"], "p", axis=1), step("ArgMax", ["logits"], "class", axis=1),
           step("Gemm", ["h", "u"], "b"), step("Reshape", ["b", "shape"], "c"),
           step("Sigmoid", ["c"], "d"), step("Transpose", ["d"], "gate", perm=[0, 2, 1])],
          inputs=[("x", ["N", 4])], outputs=["p", "logits", "class", "h", "gate", "x"],
          initializers=[tensor("w", [4, 8], numbers(1, 32)), tensor("v", [8, 3], numbers(2, 24)),
                        tensor("u", [8, 6], numbers(3, 48)), ints("shape", [-1, 3, 2])])


def write_inputs(name):
    """Two maps and a vector, of which one is not read."""
    model(name,
          [step("Conv", ["image", "w"], "a"), step("Relu", ["a"], "b"), step("GlobalAveragePool", ["b"], "c"),
           step("Flatten", ["c"], "d"), step("Concat", ["d", "facts"], "e", axis=1),
           step("Gemm", ["e", "v"], "f"), step("Tanh", ["f"], "g"), step("Gemm", ["g", "u"], "y")],
          inputs=[("image", ["N", 2, 3, 3]), ("facts", ["N", 3]), ("unread", ["N", 2])], outputs=["y"],
          initializers=[tensor("w", [4, 2, 2, 2], numbers(4, 32)), tensor("v", [7, 5], numbers(5, 35)),
                        tensor("u", [5, 2], numbers(6, 10))])


DATA = {"x": ([4], numbers(7, 4 * SAMPLES)), "image": ([2, 3, 3], numbers(8, 18 * SAMPLES)),
        "facts": ([3], numbers(9, 3 * SAMPLES)), "unread": ([2], numbers(10, 2 * SAMPLES))}
