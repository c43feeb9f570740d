"""Writes large.onnx, whose layers have more elements than 16 bits number, and images.npy: large_layers.py FOLDER"""

from onnx_writer import *
from write_npy import npy_bytes

SIZE = 200


def weights(count, seed):
    return [((7 * i + 5 * seed) % 13 - 5) / 16 for i in range(count)]


def conv(name, x, y, stride=1):
    return node("Conv", [x, f"w_{name}"], [y], name=name, pads=[1, 1, 1, 1], strides=[stride, stride])


nodes = [
    conv("a", "x", "a0"), node("Relu", ["a0"], ["a"], name="relu_a"),
    conv("b", "x", "b0"), node("Relu", ["b0"], ["b"], name="relu_b"),
    # Side by side: places beyond 65,534. Twice as large: each element goes to four of them.
    node("Concat", ["a", "b"], ["ab"], axis=1), node("AveragePool", ["ab"], ["p"], kernel_shape=[20, 20], strides=[20, 20]),
    node("Resize", ["a", "", "scales"], ["r"], mode="nearest", coordinate_transformation_mode="asymmetric",
         nearest_mode="floor"),
    conv("c", "r", "c0", stride=4), node("Relu", ["c0"], ["c"], name="relu_c"),
    node("AveragePool", ["c"], ["q"], kernel_shape=[10, 10], strides=[10, 10], name="pool_c"),
    # Elements that keep their places, number 65,535 among them.
    conv("d", "a", "d0"), node("Add", ["d0", "a"], ["d1"], name="add_d"), node("Relu", ["d1"], ["d"], name="relu_d"),
    node("AveragePool", ["d"], ["s"], kernel_shape=[20, 20], strides=[20, 20], name="pool_d"),
    node("Concat", ["p", "q", "s"], ["pqs"], axis=1, name="concat_pqs"), node("Flatten", ["pqs"], ["f"]),
    node("Gemm", ["f", "w"], ["y"]),
]
model("large", nodes, inputs=(("x", ["N", 1, SIZE, SIZE]),), initializers=[
    tensor("w_a", [2, 1, 3, 3], [abs(w) + 0.1 for w in weights(18, 1)]), tensor("w_b", [1, 1, 3, 3], weights(9, 2)),
    tensor("w_c", [1, 2, 3, 3], weights(18, 3)), tensor("scales", [4], [1.0, 1.0, 2.0, 2.0]),
    tensor("w_d", [2, 2, 3, 3], weights(36, 5)), tensor("w", [600, 3], weights(1800, 4))])
numbers = [((i * i + 3 * i) % 17 - 6) / 10 for i in range(2 * SIZE * SIZE)]
write("images.npy", npy_bytes([2, 1, SIZE, SIZE], numbers))
