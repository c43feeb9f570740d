# RUN: %python %s %t | FileCheck %s
"""What integer networks answer where streams of unlike size meet, filters have decayed, or nothing lies between matrices.

The right answers are computed here, in plain Python, from what ONNX says of each operator. Outputs count in units of the
largest one.
"""
import math
import random

from onnx_writer import *
from read_npz import read_npy
from write_npy import npy_bytes

IMAGES = 24
FLAGS = ["--code", "ternary", "--schedule", "dyadic:0.5,1,8", "--quantize", "--state-bits", "32"]


# ---- Vectors and matrices -----------------------------------------------------------------------

def matrix(rows, columns, gain=1.0):
    return [[gain * random.gauss(0, math.sqrt(2 / rows)) for _ in range(columns)] for _ in range(rows)]


def vector(size, gain=0.1):
    return [gain * random.gauss(0, 1) for _ in range(size)]


def times(x, w, b=None):
    y = [sum(a * row[m] for a, row in zip(x, w)) for m in range(len(w[0]))]
    return plus(y, b) if b else y


def plus(x, y):
    return [a + b for a, b in zip(x, y)]


def relu(x):
    return [max(a, 0.0) for a in x]


class Network:
    """Nodes and initializers, and the function that they are."""

    def __init__(self, name, size):
        random.seed(name)
        self.name, self.size, self.size_of_input = name, size, 1.0
        self.nodes, self.constants = [], []
        self.values = {"x": lambda image: image}

    def add(self, op, inputs, function, constants=(), **attributes):
        output = f"v{len(self.nodes)}"
        for constant in constants:
            self.constants.append(constant)
        self.nodes.append(node(op, [*inputs, *(f"{output}_{i}" for i in range(len(constants)))], [output], **attributes))
        parts = [self.values[value] for value in inputs]
        self.values[output] = lambda image: function(*(part(image) for part in parts))
        return output

    def gemm(self, x, w, b=None):
        output = f"v{len(self.nodes)}"
        constants = [tensor(f"{output}_0", [len(w), len(w[0])], sum(w, []))]
        if b:
            constants.append(tensor(f"{output}_1", [len(b)], b))
        w, b = [list(map(single, row)) for row in w], b and list(map(single, b))
        return self.add("Gemm", [x], lambda v: times(v, w, b), constants)

    def relu(self, x):
        return self.add("Relu", [x], relu)

    def plus(self, x, y):
        return self.add("Add", [x, y], plus)

    def concat(self, *parts):
        return self.add("Concat", list(parts), lambda *vs: sum(vs, []), axis=1)

    def check(self, y, most=0.03, skew="1"):
        """Compiles and runs it with 8 and 4 bits, and holds the answers to what they should be."""
        images = [[single(random.gauss(0, self.size_of_input)) for _ in range(self.size)] for _ in range(IMAGES)]
        write("x.npy", npy_bytes([IMAGES, self.size], sum(images, [])))
        model(self.name, self.nodes, inputs=[("x", ["N", self.size])], outputs=(y,), initializers=self.constants)
        net = FOLDER / (self.name + ".snnb")
        wanted = sum((self.values[y](image) for image in images), [])
        for bits, limit in ((8, most), (4, 8 * most)):
            snnc("compile", FOLDER / (self.name + ".onnx"), "--calibrate", FOLDER / "x.npy", "-o", net, *FLAGS, "--skew", skew,
                 "--weight-bits", str(bits))
            snnc("run", net, "--data", FOLDER / "x.npy", "--logits", FOLDER / "y.npy")
            found = read_npy((FOLDER / "y.npy").read_bytes())[1][-len(wanted):]
            error = max(abs(a - b) for a, b in zip(found, wanted)) / max(map(abs, wanted))
            # NaN is not below anything.
            print(self.name, bits, "bits", "are right" if error <= limit else f"are off by {error:.3g}", flush=True)


def single(number):
    return struct.unpack("<f", struct.pack("<f", number))[0]


# ---- Streams of unlike size ---------------------------------------------------------------------

# A stream beside its sum with a function of it; the function is as large, or a thousand times as large or small.
for gain in (1, 1000, 0.001):
    net = Network(f"beside_{gain}", 12)
    t = net.relu(net.gemm("x", matrix(12, 8), vector(8)))
    f = net.gemm(net.relu(net.gemm(t, matrix(8, 8), vector(8))), matrix(8, 8, gain), vector(8, 0.1 * gain))
    z = net.relu(net.gemm(net.concat(t, net.plus(t, f)), matrix(16, 8), vector(8)))
    net.check(net.gemm(z, matrix(8, 5)))
# CHECK: beside_1 8 bits are right
# CHECK: beside_1 4 bits are right
# CHECK: beside_1000 8 bits are right
# CHECK: beside_1000 4 bits are right
# CHECK: beside_0.001 8 bits are right
# CHECK: beside_0.001 4 bits are right

# The input beside features of it.
net = Network("input", 12)
t = net.relu(net.gemm(net.relu(net.gemm("x", matrix(12, 16), vector(16))), matrix(16, 16), vector(16)))
net.check(net.gemm(net.relu(net.gemm(net.concat("x", t), matrix(28, 12), vector(12))), matrix(12, 5)), most=0.02)
# CHECK: input 8 bits are right
# CHECK: input 4 bits are right

# C2f: parts of a stream, a bottleneck with a shortcut behind another, all side by side.
net = Network("c2f", 12)
a, b = (net.relu(net.gemm("x", matrix(12, 6), vector(6))) for _ in range(2))
c = net.plus(b, net.relu(net.gemm(net.relu(net.gemm(b, matrix(6, 6), vector(6))), matrix(6, 6), vector(6))))
d = net.plus(c, net.relu(net.gemm(net.relu(net.gemm(c, matrix(6, 6), vector(6))), matrix(6, 6), vector(6))))
net.check(net.gemm(net.relu(net.gemm(net.concat(a, b, c, d), matrix(24, 8), vector(8))), matrix(8, 5)))
# CHECK: c2f 8 bits are right
# CHECK: c2f 4 bits are right

# DenseNet: every layer reads all before it.
net = Network("dense", 12)
parts = [net.gemm("x", matrix(12, 6), vector(6))]
for gain in (1, 3, 0.3, 0.1):
    z = net.relu(net.concat(*parts) if len(parts) > 1 else parts[0])
    parts.append(net.gemm(net.relu(net.gemm(z, matrix(6 * len(parts), 8), vector(8))), matrix(8, 6, gain)))
net.check(net.gemm(net.relu(net.gemm(net.concat(*parts), matrix(30, 8), vector(8))), matrix(8, 5)))
# CHECK: dense 8 bits are right
# CHECK: dense 4 bits are right

# Linear maps of one stream, sizes apart, made alike by the weights that read them together.
for size in (1e-3, 1e3, 1e6):
    net = Network(f"apart_{size:g}", 12)
    t = net.relu(net.gemm("x", matrix(12, 8), vector(8)))
    z = net.concat(net.gemm(t, matrix(8, 8, size)), net.gemm(t, matrix(8, 8)), t)
    w = matrix(24, 8)
    net.check(net.gemm(net.relu(net.gemm(z, [[a / (size if i < 8 else 1) for a in row] for i, row in enumerate(w)])), matrix(8, 5)))
# CHECK: apart_0.001 8 bits are right
# CHECK: apart_0.001 4 bits are right
# CHECK: apart_1000 8 bits are right
# CHECK: apart_1000 4 bits are right
# CHECK: apart_1e+06 8 bits are right
# CHECK: apart_1e+06 4 bits are right

# Pre-activation residuals: sums of sums, each one read by a neuron as well.
net = Network("preactivation", 12)
t = net.gemm("x", matrix(12, 8), vector(8))
for _ in range(4):
    t = net.plus(t, net.gemm(net.relu(net.gemm(net.relu(t), matrix(8, 8), vector(8))), matrix(8, 8, 0.7)))
net.check(net.gemm(net.relu(t), matrix(8, 5)))
# CHECK: preactivation 8 bits are right
# CHECK: preactivation 4 bits are right

# x + x, and one value three times.
net = Network("twice", 12)
t = net.relu(net.gemm("x", matrix(12, 8), vector(8)))
net.check(net.gemm(net.concat(net.plus(t, t), t, net.plus(t, net.plus(t, t))), matrix(24, 5)))
# CHECK: twice 8 bits are right
# CHECK: twice 4 bits are right

# A softmax of a linear layer, beside that layer.
net = Network("softmax", 12)
t = net.gemm("x", matrix(12, 6, 2), vector(6))
p = net.add("Softmax", [t], lambda v: [math.exp(a - max(v)) / sum(math.exp(b - max(v)) for b in v) for a in v], axis=1)
net.check(net.gemm(net.concat(t, p), matrix(12, 5)), most=0.04)
# CHECK: softmax 8 bits are right
# CHECK: softmax 4 bits are right

# ---- Weights that are almost nothing, or nothing ------------------------------------------------

net = Network("decayed", 12)
w, b = matrix(12, 8), vector(8, 1)
for column, gain in ((1, 1e-6), (3, 1e-12), (4, 1e-30), (6, 0)):
    b[column] = abs(b[column]) + 0.3
    for row in w:
        row[column] *= gain
v = matrix(8, 6)
for row in v:
    row[2] *= 1e-9
net.check(net.gemm(net.relu(net.gemm(net.relu(net.gemm("x", w, b)), v, vector(6, 1))), matrix(6, 4)), skew="2")
# CHECK: decayed 8 bits are right
# CHECK: decayed 4 bits are right

# Beside a shortcut.
net = Network("decayed_sum", 12)
t = net.relu(net.gemm("x", matrix(12, 8), vector(8)))
w = [[a * (1e-12 if m in (0, 5) else 1) for m, a in enumerate(row)] for row in matrix(8, 8)]
net.check(net.gemm(net.relu(net.plus(t, net.gemm(t, w, [abs(a) for a in vector(8, 1)]))), matrix(8, 4)))
# CHECK: decayed_sum 8 bits are right
# CHECK: decayed_sum 4 bits are right

net = Network("nothing", 12)
t = net.relu(net.gemm("x", matrix(12, 8), vector(8)))
net.check(net.gemm(t, [[0.0] * 4 for _ in range(8)], [1.0, -2.0, 0.5, 0.001]), most=1e-5)
# CHECK: nothing 8 bits are right
# CHECK: nothing 4 bits are right

# ---- Sums that are large ------------------------------------------------------------------------

# Matrices with nothing between them.
net = Network("chain", 128)
z = "x"
for _ in range(5):
    z = net.gemm(z, matrix(128, 128, 0.7), vector(128))
net.check(net.gemm(net.relu(z), matrix(128, 10)), most=0.04)
# CHECK: chain 8 bits are right
# CHECK: chain 4 bits are right

# The mean of a residual with the input.
net = Network("mean", 64)
mean = [[1 / 64] for _ in range(64)]
z = net.plus("x", net.gemm(net.relu(net.gemm("x", matrix(64, 64), vector(64))), matrix(64, 64)))
z = net.add("ReduceMean", [z], lambda v: [sum(v) / 64], axes=[1], keepdims=1)
net.check(net.gemm(z, [[1.0, -2.0]], [1.0, 0.5]), most=0.02)
# CHECK: mean 8 bits are right
# CHECK: mean 4 bits are right

# ---- Outputs of any size ------------------------------------------------------------------------

for size in (1e-9, 1e-6, 1e6, 1e12):
    net = Network(f"output_{size:g}", 12)
    net.check(net.gemm(net.relu(net.gemm("x", matrix(12, 8), vector(8))), matrix(8, 5, size), vector(5, size)))
# CHECK: output_1e-09 8 bits are right
# CHECK: output_1e-09 4 bits are right
# CHECK: output_1e-06 8 bits are right
# CHECK: output_1e-06 4 bits are right
# CHECK: output_1e+06 8 bits are right
# CHECK: output_1e+06 4 bits are right
# CHECK: output_1e+12 8 bits are right
# CHECK: output_1e+12 4 bits are right

# ---- Inputs of any size -------------------------------------------------------------------------

for size in (1e-7, 1e7):
    net = Network(f"input_{size:g}", 12)
    net.size_of_input = size
    w = [[a / size for a in row] for row in matrix(12, 8)]
    net.check(net.gemm(net.relu(net.gemm("x", w, vector(8))), matrix(8, 5)))
# CHECK: input_1e-07 8 bits are right
# CHECK: input_1e-07 4 bits are right
# CHECK: input_1e+07 8 bits are right
# CHECK: input_1e+07 4 bits are right

print("done")
# CHECK-NOT: off by
# CHECK: done
