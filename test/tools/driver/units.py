# RUN: %python %s %t | FileCheck %s
"""Channels that matter little to those who hear them count in larger units, and send fewer events for it."""
import json
import random

from onnx_writer import *
from read_npz import read_npy
from write_npy import npy_bytes

# Enough images for each channel to have a range of its own.
IMAGES, INPUTS, HIDDEN = 1000, 6, 16
random.seed(1)


def rows(count, size, scale=lambda j: 1.0):
    return [random.gauss(0, 1) * scale(j) for _ in range(count) for j in range(size)]


write("x.npy", npy_bytes([IMAGES, INPUTS], [random.uniform(-1, 1) for _ in range(IMAGES * INPUTS)]))
# Of every four channels one is as good as unheard.
model("net", [node("Gemm", ["x", "w"], ["h"], name="first", transB=1), node("Relu", ["h"], ["r"]),
              node("Gemm", ["r", "v"], ["y"], name="last", transB=1)], inputs=[("x", ["N", INPUTS])],
      initializers=[tensor("w", [HIDDEN, INPUTS], rows(HIDDEN, INPUTS)),
                    tensor("v", [3, HIDDEN], rows(3, HIDDEN, lambda j: 1.0 if j % 4 < 3 else 0.02))])


def measure(*flags):
    snnc("compile", FOLDER / "net.onnx", "--calibrate", FOLDER / "x.npy", "-o", FOLDER / "net.snnb", "--schedule",
         "dyadic:0.5,1,8", "--skew", "1", *flags)
    snnc("run", FOLDER / "net.snnb", "--data", FOLDER / "x.npy", "--json", FOLDER / "report.json", "--logits",
         FOLDER / "y.npy", "--ann-logits", FOLDER / "ann.npy")
    ann = read_npy((FOLDER / "ann.npy").read_bytes())[1]
    spikes = read_npy((FOLDER / "y.npy").read_bytes())[1][-len(ann):]
    error = max(abs(a - b) for a, b in zip(ann, spikes)) / max(map(abs, ann))
    return json.loads((FOLDER / "report.json").read_text())["events_per_neuron"], error


balanced, error = measure("--code", "ternary", "--units", "balanced")
ranges, before = measure("--code", "ternary", "--units", "range")
print(f"units of their own: {ranges:.2f} events, off by {before:.4f}; balanced: {balanced:.2f}, {error:.4f}", flush=True)
print("fewer events" if balanced < 0.9 * ranges else "as many events")
print("as exact" if error < 0.01 and before < 0.01 else "less exact")
# CHECK: fewer events
# CHECK: as exact

# The sign code sends in every step, whatever a step is worth: its units are the ranges.
balanced, _ = measure("--code", "sign", "--units", "balanced")
ranges, _ = measure("--code", "sign", "--units", "range")
print("the same" if balanced == ranges else "not the same")
# CHECK: the same
