# Outputs are judged by what the network is for: networks small enough to know every answer by heart.
#
# RUN: rm -rf %t && mkdir %t && %python %s %t && cd %t
from onnx_writer import *
from write_npz import write as write_npz


def gemm(name, rows, columns, numbers):
    return tensor(name, [rows, columns], numbers)


def two_layers(name, width, hidden, outputs, second, first=None):
    """x -> relu(x first) -> second."""
    first = first or [float(i == j) for i in range(width) for j in range(hidden)]
    model(name, [node("Gemm", ["x", "w1"], ["a"], name="fc1"), node("Relu", ["a"], ["b"], name="act"),
                 node("Gemm", ["b", "w2"], ["y"], name="fc2")],
          inputs=[("x", ["N", width])], outputs=["y"],
          initializers=[gemm("w1", width, hidden, first), gemm("w2", hidden, outputs, second)])


# One logit, x0 - x1: five samples, of which the last one is labelled against it.
two_layers("binary", 2, 2, 1, [1.0, -1.0])
SAMPLES = [1, 0, 0, 1, 0.9, 0.2, 0.1, 0.8, 0.2, 0.9]
write_npz(FOLDER / "binary.npz", x=("f4", [5, 2], SAMPLES), y=("i8", [5], [1, 0, 1, 0, 1]))
write_npz(FOLDER / "plain.npz", x=("f4", [5, 2], SAMPLES))
# RUN: snnc compile binary.onnx --calibrate binary.npz --code sign --schedule exponential:0.15,0.95 --steps 64 -o binary.snnb | FileCheck %s --check-prefix=BINARY
# RUN: snnc run binary.snnb --data binary.npz | FileCheck %s --check-prefix=BINARYSHOWN
# BINARY: beside the network as imported, on 5 calibration images: agreement 1.0000, error 0.0{{[0-9]+}} of
# BINARYSHOWN: binary: 5 images, the ANN has accuracy 0.8000
# BINARYSHOWN: steps accuracy agreement error
# BINARYSHOWN-NEXT: 1 0.{{[0-9]+}} 0.{{[0-9]+}}
# BINARYSHOWN: 64 0.8000 1.0000 0.0{{[0-9]+}}
# BINARYSHOWN: as compiled agreement 1.0000, error 0.0{{[0-9]+}} beside the network as imported, on 5 calibration images
# What labels said while compiling is kept for data without any; --metric says otherwise.
# RUN: snnc run binary.snnb --data plain.npz --json - | FileCheck %s --check-prefix=PLAIN
# PLAIN: "metric": "threshold:0",
# PLAIN: "agreement": [
# PLAIN: "reference": {
# PLAIN-NEXT: "metric": "threshold:0",
# PLAIN-NEXT: "agreement": 1.0,
# PLAIN-NEXT: "output_error": 0.0
# PLAIN-NEXT: "images": 5
# RUN: snnc run binary.snnb --data plain.npz --metric regression | FileCheck %s --check-prefix=ASKED
# ASKED: (regression: the outputs are numbers; errors are beside the ANN's)
# ASKED-NEXT: steps rms error R2 largest
# ASKED: 64 0.0{{[0-9]+}} {{0.99|1.0}}
# RUN: snnc run binary.snnb --data binary.npz --metric threshold:-2 | FileCheck %s --check-prefix=SIDE
# SIDE: 5 images, the ANN has accuracy 0.6000

# RUN: %python %inputs/refused.py snnc run binary.snnb --data binary.npz --metric classes | FileCheck %s --check-prefix=ONECLASS
# ONECLASS: snnc: error: --metric classes: the output has the shape (N, 1), which has one class only; take threshold or regression
# RUN: %python %inputs/refused.py snnc run binary.snnb --data binary.npz --metric size | FileCheck %s --check-prefix=METRIC
# METRIC: snnc: error: --metric takes classes, classes:AXIS, threshold, threshold:T, regression or index, or NAME= and one of them for the output of that name; found 'size'
# RUN: %python %inputs/refused.py snnc compile binary.onnx --calibrate binary.npz --metric size -o no.snnb | FileCheck %s --check-prefix=METRIC
# RUN: %python %inputs/refused.py snnc run binary.snnb --data binary.npz --metric other=regression | FileCheck %s --check-prefix=NAME
# NAME: snnc: error: --metric other=regression: the network has no output 'other'
# RUN: test ! -e no.snnb

# A number: 2 x0 + x1, with targets that are off by 0.5 for the last sample.
two_layers("number", 2, 2, 1, [2.0, 1.0])
write_npz(FOLDER / "number.npz", x=("f4", [5, 2], SAMPLES), y=("f4", [5], [2, 1, 2, 1, 1.8]))
# RUN: snnc compile number.onnx --calibrate number.npz --code sign --schedule exponential:0.15,0.95 --steps 64 -o number.snnb | FileCheck %s --check-prefix=NUMBER
# RUN: snnc run number.snnb --data number.npz | FileCheck %s --check-prefix=NUMBERSHOWN
# NUMBER: on 5 calibration images: R2 {{(0.99|1.0)[0-9]*}}, error 0.0{{[0-9]+}} of the outputs' spread
# NUMBERSHOWN: number: 5 images, the ANN has a root mean square error of 0.2236 (R2 0.7668)
# NUMBERSHOWN: steps rms error R2 largest target rms target R2
# NUMBERSHOWN: 64 0.0{{[0-9]+}} {{(0.99|1.0)[0-9]*}} 0.0{{[0-9]+}} 0.2{{[0-9]+}} 0.7

# An output of the input's shape, with labels that say whether a sample is usual: they are no targets.
two_layers("same", 4, 4, 4, [float(i == j) for i in range(4) for j in range(4)])
write_npz(FOLDER / "same.npz", x=("f4", [3, 4], [1, 0, 0.5, 0.25, 0.1, 0.9, 0.4, 0.3, 0, 0.2, 0.8, 0.7]), y=("u1", [3], [0, 1, 0]))
write_npz(FOLDER / "far.npz", x=("f4", [4, 4], [1, 0, 0.5, 0.25, 0.1, 0.9, 0.4, 0.3, 9, 9, 9, 0, 0, 0, 0, -1]))
# RUN: snnc compile same.onnx --calibrate same.npz --code ternary --schedule dyadic:0.5,1,8 -o same.snnb | FileCheck %s --check-prefix=SAME
# RUN: snnc run same.snnb --data same.npz 2>&1 | FileCheck %s --check-prefix=SAMESHOWN
# SAME: on 3 calibration images: R2 {{0.99|1.0}}
# SAMESHOWN: snnc: warning: same.npz: array 'y': has the shape (3,), but targets of the output's shape (N, 4) are needed; it is not used
# SAMESHOWN: (regression: the outputs are numbers
# SAMESHOWN-NOT: beyond calibration
# Data beyond those of calibration are counted: three numbers above 1 and one below 0 in two samples of four, and the
# three neurons that they belong to.
# RUN: snnc run same.snnb --data far.npz > far.txt 2> far.err && FileCheck %s --check-prefix=FAR --input-file=far.txt && FileCheck %s --check-prefix=FARERR --input-file=far.err
# RUN: snnc run same.snnb --data far.npz --json - 2> /dev/null | FileCheck %s --check-prefix=FARJSON
# FAR: beyond calibration  2 of 4 images have inputs outside of it (25 % of all values), 1 have neurons whose values are clipped (19 % of all, most in layer 'act': 19 %)
# FARERR: snnc: warning: far.npz: the data go beyond what calibration showed: 2 of 4 images {{.*}} --headroom
# FARJSON: "clipped": {
# FARJSON-NEXT: "input_images": 2,
# FARJSON-NEXT: "input_values": 0.25,
# FARJSON-NEXT: "neuron_images": 1,
# FARJSON-NEXT: "neuron_values": 0.1875,
# FARJSON-NEXT: "layer": "act",
# FARJSON-NEXT: "layer_values": 0.1875
# RUN: snnc compile same.onnx --calibrate same.npz --code ternary --schedule dyadic:0.5,1,8 --quantize -o integers.snnb
# RUN: snnc run integers.snnb --data far.npz --json - 2> /dev/null | FileCheck %s --check-prefix=FARJSON

# A map of two classes: at every position, whether the number is above a half. 255 does not count.
model("map", [node("Conv", ["x", "w", "c"], ["a"], name="stem", kernel_shape=[1, 1]),
              node("Relu", ["a"], ["b"], name="act"),
              node("Conv", ["b", "v", "d"], ["y"], name="head", kernel_shape=[1, 1])],
      inputs=[("x", ["N", 1, 2, 2])], outputs=["y"],
      initializers=[tensor("w", [1, 1, 1, 1], [1.0]), tensor("c", [1], [0.0]),
                    tensor("v", [2, 1, 1, 1], [0.0, 1.0]), tensor("d", [2], [0.5, 0.0])])
write_npz(FOLDER / "map.npz", x=("f4", [2, 1, 2, 2], [0.1, 0.9, 0.8, 0.2, 1, 0, 0.3, 0.7]), y=("u1", [2, 2, 2], [0, 1, 1, 1, 1, 0, 255, 1]))
# RUN: snnc compile map.onnx --calibrate map.npz --code sign --schedule exponential:0.15,0.95 --steps 64 -o map.snnb | FileCheck %s --check-prefix=MAP
# RUN: snnc run map.snnb --data map.npz | FileCheck %s --check-prefix=MAPSHOWN
# MAP: on 2 calibration images: agreement 1.0000
# MAPSHOWN: map: 2 images, the ANN has accuracy 0.8571
# MAPSHOWN: 64 0.8571 1.0000
