# RUN: %python %s %t | FileCheck %s
"""A network of many layers goes through every tool: tables that hold one entry a layer grow while they are read."""
import random

from onnx_writer import *
from write_npy import npy_bytes

LAYERS, CHANNELS, SIDE, IMAGES = 70, 3, 3, 4
FEATURES = CHANNELS * SIDE * SIDE
SPIKES = ["--calibrate", FOLDER / "x.npy", "--code", "ternary", "--schedule", "dyadic:0.5,1,6", "--skew", "6"]


def near_identity(rows, columns, scale):
    """What comes in passes, with a little of everything else."""
    return [random.uniform(-scale, scale) + (row == column) for row in range(rows) for column in range(columns)]


def write_network():
    nodes, initializers, last = [], [], "x"
    for i in range(LAYERS):
        if i == LAYERS // 2:
            nodes.append(node("Flatten", [last], ["flat"], "flat"))
            last = "flat"
        size = CHANNELS if i < LAYERS // 2 else FEATURES
        shape = [size, size, 1, 1] if i < LAYERS // 2 else [size, size]
        initializers += [tensor(f"w{i}", shape, near_identity(size, size, 0.1 / size)), tensor(f"b{i}", [size], 0.01)]
        nodes.append(node("Conv" if i < LAYERS // 2 else "Gemm", [last, f"w{i}", f"b{i}"], [f"h{i}"], f"layer{i}"))
        nodes.append(node("Relu", [f"h{i}"], [f"r{i}"], f"relu{i}"))
        last = f"r{i}"
    nodes.append(node("Gemm", [last, "w"], ["y"], "classes"))
    initializers.append(tensor("w", [FEATURES, 4], near_identity(FEATURES, 4, 0.5)))
    model("net", nodes, inputs=[("x", ["N", CHANNELS, SIDE, SIDE])], initializers=initializers)
    write("x.npy", npy_bytes([IMAGES, CHANNELS, SIDE, SIDE],
                             [random.uniform(0, 1) for _ in range(IMAGES * FEATURES)]))


random.seed(1)
write_network()
PROGRAM = FOLDER / "net.snnb"
print(snnc("compile", FOLDER / "net.onnx", *SPIKES, "-o", PROGRAM))
# CHECK: 70 layers
print(snnc("run", PROGRAM, "--data", FOLDER / "x.npy"))
# CHECK: relu69 {{ *}}27
print(snnc("compile", FOLDER / "net.onnx", *SPIKES, "--quantize", "-o", PROGRAM))
# CHECK: beside its network in real numbers, {{.*}} agreement 1.000
print(snnc("run", PROGRAM, "--data", FOLDER / "x.npy"))
# CHECK: relu69 {{ *}}27
snnc("emit", "c", PROGRAM, "--order", "layers", "-o", FOLDER / "c")
print(snnc("map", FOLDER / "net.onnx", *SPIKES, "--core", "generic", "--data", FOLDER / "x.npy", "--limit", "1"))
# CHECK: simulated {{ *}}1 images, 1 with the outputs of the integer runtime
