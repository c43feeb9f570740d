# RUN: %python %s %t | FileCheck %s
"""Inputs that are no float images with channels first: what the network sees of the numbers in a data file."""
import random

from onnx_writer import *
from read_npz import read_npy
from write_npy import npy_bytes

random.seed(1)
IMAGES, CHANNELS, SIZE = 4, 3, 4


def byte_array(shape, numbers):
    """A .npy file of uint8."""
    return npy_bytes(shape, []).replace(b"<f4", b"|u1") + bytes(numbers)


def compile_and_run(name, data, *flags):
    """The ANN's outputs, one row an image."""
    program = FOLDER / (name + ".snnb")
    snnc("compile", FOLDER / (name + ".onnx"), "--calibrate", FOLDER / data, "-o", program, *flags)
    snnc("run", program, "--data", FOLDER / data, "--ann-logits", FOLDER / "ann.npy")
    (images, outputs), numbers = read_npy((FOLDER / "ann.npy").read_bytes())
    return [numbers[i * outputs:(i + 1) * outputs] for i in range(images)]


def fails(name, data, *flags):
    """The one line that says why a network is not compiled."""
    result = subprocess.run(["snnc", "compile", FOLDER / (name + ".onnx"), "--calibrate", FOLDER / data, "-o",
                             FOLDER / "none.snnb", *flags], capture_output=True, text=True, check=False)
    assert result.returncode == 1 and len(result.stderr.splitlines()) == 1, result
    print(result.stderr.strip(), flush=True)


def compare(name, found, wanted):
    worst = max(abs(a - b) for one, other in zip(found, wanted) for a, b in zip(one, other))
    assert len(found) == len(wanted) and worst <= 1e-5 * max(map(abs, wanted[0])), (name, worst, found[0], wanted[0])
    print(name, "is right", flush=True)


# Channels last: mean and deviation belong to the dimension that the convolution reads through the Transpose.
pixels = [random.randrange(256) for _ in range(IMAGES * SIZE * SIZE * CHANNELS)]
write("last.npy", byte_array([IMAGES, SIZE, SIZE, CHANNELS], pixels))
weights = [random.uniform(-1, 1) for _ in range(2 * CHANNELS * 9)]
model("last", [node("Transpose", ["x"], ["t"], perm=[0, 3, 1, 2]), node("Conv", ["t", "w"], ["c"], pads=[1, 1, 1, 1]),
               node("Relu", ["c"], ["r"]), node("GlobalAveragePool", ["r"], ["p"]), node("Flatten", ["p"], ["y"])],
      inputs=[("x", ["N", SIZE, SIZE, CHANNELS])], initializers=[tensor("w", [2, CHANNELS, 3, 3], weights)])
MEAN, STD = [0.5, 0.25, 0.125], [0.25, 0.5, 2.0]


def convolve(image, output):
    total = 0
    for y in range(SIZE):
        for x in range(SIZE):
            pixel = 0
            for c in range(CHANNELS):
                for dy in range(3):
                    for dx in range(3):
                        row, column = y + dy - 1, x + dx - 1
                        if 0 <= row < SIZE and 0 <= column < SIZE:
                            at = ((image * SIZE + row) * SIZE + column) * CHANNELS + c
                            pixel += (weights[((output * CHANNELS + c) * 3 + dy) * 3 + dx]
                                      * (pixels[at] / 255 - MEAN[c]) / STD[c])
            total += max(pixel, 0)
    return total / SIZE / SIZE


compare("channels last", compile_and_run("last", "last.npy", "--mean", "0.5,0.25,0.125", "--std", "0.25,0.5,2"),
        [[convolve(image, output) for output in range(2)] for image in range(IMAGES)])
# CHECK: channels last is right
fails("last", "last.npy", "--mean", "0.5,0.25")
# CHECK: snnc: error: {{.*}}last.onnx: --mean has 2 numbers, but the input has 3 channels
write("first.npy", byte_array([IMAGES, CHANNELS, SIZE, SIZE], pixels))
fails("last", "first.npy")
# CHECK: the images have shape (3, 4, 4), but the network takes (4, 4, 3); put the channels last with x.transpose(0, 2, 3, 1)

# Bytes are the network's own: it gets them whole, and nothing else.
model("bytes", [node("Cast", ["x"], ["f"], to=FLOAT), node("Relu", ["f"], ["r"]), node("Gemm", ["r", "v"], ["y"])],
      inputs=[("x", ["N", 4], UINT8)], initializers=[tensor("v", [4, 2], [1.0, 2.0, 0.5, 0.25, -1.0, 3.0, 2.0, 1.0])])
rows = [[0, 255, 100, 1], [7, 8, 9, 10]]
write("bytes.npy", byte_array([2, 4], sum(rows, [])))
V = [[1.0, 2.0], [0.5, 0.25], [-1.0, 3.0], [2.0, 1.0]]
wanted = [[sum(x * V[k][j] for k, x in enumerate(row)) for j in range(2)] for row in rows]
compare("bytes", compile_and_run("bytes", "bytes.npy"), wanted)
# CHECK: bytes is right
write("floats.npy", npy_bytes([2, 4], sum(rows, [])))
fails("bytes", "floats.npy")
# CHECK: snnc: error: {{.*}}floats.npy: the network takes bytes, from 0 to 255, but the images are float32; save them as x.astype('uint8')
fails("bytes", "bytes.npy", "--std", "0.5")
# CHECK: snnc: error: {{.*}}bytes.onnx: the network takes bytes and scales them itself; --mean and --std are not for it

# No batch: a file has N windows; sizes that the model leaves open come from the command line.
model("window", [node("Gemm", ["x", "v"], ["h"]), node("Relu", ["h"], ["r"]), node("ReduceMean", ["r"], ["y"], axes=[0], keepdims=0)],
      inputs=[("x", ["time", 4])], initializers=[tensor("v", [4, 2], sum(V, []))])
windows = [[[random.uniform(-1, 1) for _ in range(4)] for _ in range(3)] for _ in range(5)]
flat = [x for window in windows for row in window for x in row]
write("windows.npy", npy_bytes([5, 3, 4], flat))
compare("windows", compile_and_run("window", "windows.npy", "--input-shape", "3x4"),
        [[sum(max(sum(x * V[k][j] for k, x in enumerate(row)), 0) for row in window) / 3 for j in range(2)] for window in windows])
# CHECK: windows is right
write("one.npy", npy_bytes([3, 4], flat[:12]))
fails("window", "one.npy", "--input-shape", "x=3x4")
# CHECK: the images have shape (4,), but the network takes (3, 4); of one alone make N with x[None]
