"""Writes net0.onnx to net5.onnx, of random windows, whose layers write over what they have read, and images: overwrites.py FOLDER"""

import random

from onnx_writer import *
from write_npy import npy_bytes

for seed in range(6):
    chance = random.Random(seed)
    size, channels = chance.randint(9, 14), chance.randint(1, 3)
    shape, nodes, tensors, at = [channels, size, size], [], [], "x"
    for layer in range(4):
        outputs, kernel, stride = chance.choice((4, 6, 8, 12)), chance.choice((1, 3, 3, 5)), chance.choice((1, 1, 2))
        weights = [chance.gauss(0, 1.5 / (channels * kernel * kernel) ** 0.5) for _ in range(outputs * channels * kernel * kernel)]
        tensors.append(tensor(f"w{layer}", [outputs, channels, kernel, kernel], weights))
        nodes += [node("Conv", [at, f"w{layer}"], [f"c{layer}"], name=f"conv{layer}", pads=[kernel // 2] * 4, strides=[stride] * 2),
                  node("Relu", [f"c{layer}"], [f"r{layer}"], name=f"relu{layer}")]
        at, channels = f"r{layer}", outputs
    tensors.append(tensor("w", [channels, 5], [chance.gauss(0, 1) for _ in range(channels * 5)]))
    nodes += [node("GlobalAveragePool", [at], ["g"]), node("Flatten", ["g"], ["f"]), node("Gemm", ["f", "w"], ["y"])]
    model(f"net{seed}", nodes, inputs=(("x", ["N", *shape]),), initializers=tensors)
    count = shape[0] * size * size
    write(f"net{seed}.npy", npy_bytes([4, *shape], [chance.gauss(0, 1) for _ in range(4 * count)]))
