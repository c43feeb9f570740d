"""Writes windows.onnx, with bytes.npy as its images, and matrices.onnx, with numbers.npy: dot_layers.py FOLDER

Between them they have a raw input of each kind, windows that leave the image, inputs and outputs in no multiple of four, more inputs
than are multiplied at once, and outputs that are given part by part."""

from onnx_writer import *
from write_npy import npy_bytes


def weights(name, *shape):
    count = 1
    for size in shape:
        count *= size
    seed = len(name) + shape[0]
    return tensor(name, list(shape), [((7919 * i + 31 * seed) % 127 - 60) / 127 / (count / shape[-1]) ** 0.3 for i in range(count)])


def conv(name, x, stride, pad, size, inputs, outputs, constants):
    constants.append(weights(f"w_{name}", outputs, inputs, size, size))
    return [node("Conv", [x, f"w_{name}"], [f"{name}0"], name=name, pads=[pad] * 4, strides=[stride] * 2),
            node("Relu", [f"{name}0"], [name], name=f"relu_{name}")]


windows = []
nodes = (conv("a", "x", 1, 1, 3, 3, 6, windows) + conv("b", "a", 2, 2, 5, 6, 9, windows) + conv("c", "b", 1, 0, 1, 9, 7, windows)
         + conv("d", "c", 3, 1, 3, 7, 34, windows))
nodes += [node("Flatten", ["d"], ["f"]), node("Gemm", ["f", "w"], ["y"], name="gemm")]
windows.append(weights("w", 34 * 4, 70))
model("windows", nodes, inputs=(("x", ["N", 3, 9, 9]),), initializers=windows)
write("bytes.npy", npy_bytes([6, 3, 9, 9], [(37 * i + i * i) % 256 for i in range(6 * 243)], "|u1"))

matrices = [weights("w1", 270, 38), weights("w2", 38, 21), weights("w3", 21, 130)]
model("matrices", [node("MatMul", ["x", "w1"], ["a0"], name="a"), node("Relu", ["a0"], ["a"], name="relu_a"),
                   node("MatMul", ["a", "w2"], ["b0"], name="b"), node("LeakyRelu", ["b0"], ["b"], name="leaky_b"),
                   node("MatMul", ["b", "w3"], ["y"], name="c")], inputs=(("x", ["N", 270]),), initializers=matrices)
write("numbers.npy", npy_bytes([6, 270], [((i * i + 3 * i) % 173 - 80) / 70 for i in range(6 * 270)]))
