# RUN: %python %s %t | FileCheck %s
"""Every operator that is imported computes what the ANN does, as a spiking network in real numbers and in integers.

Operators that take the same input share a network, which puts their outputs one behind the other: starting the tools would
take longer than what is tested.
"""
import itertools
import random

from onnx_writer import *
from operator_cases import CASES, POSITIVE, STEPS, VARIANTS, get_initializers, get_nodes
from read_npz import read_npy
from write_npy import npy_bytes

IMAGES = 16
# The options of the compiler and of the run, and what an output may be off by, as a share of the largest.
FORMS = {"real": (["--paper"], ["--steps", "128", "--ann-logits", FOLDER / "ann.npy"], 0.002),
         "integer": (["--paper", "--quantize", "--steps", "64"], [], 0.02)}
# What the compiler says of operators that their neurons do not follow everywhere.
WARNINGS = ("GELU by tanh is followed as the exact function", "jumps; where its operand is closer to a jump",
            "the program gives")  # the largest of hundreds of outputs says little


def read_floats(name):
    return read_npy((FOLDER / name).read_bytes())[1]


def write_network(cases):
    nodes, initializers = [], []
    for number, case in enumerate(cases):
        def rename(name):
            return name if name in ("x", "") else f"{case.op}.{number}.{name}"
        nodes += get_nodes(case, rename) + [node("Flatten", [rename("y")], [rename("flat")], rename("flatten"))]
        initializers += get_initializers(case, rename)
    nodes.append(node("Concat", [f"{case.op}.{number}.flat" for number, case in enumerate(cases)], ["y"], axis=1))
    model("net", nodes, inputs=[("x", ["N", *cases[0].shape])], initializers=initializers, opset=cases[0].opset)


def write_images(case):
    random.seed(1)
    low, high = (0.3, 2.0) if case.domain == POSITIVE else (-2.0, 2.0)
    def draw():
        if case.domain == STEPS:
            return random.choice([-1.5, -1.0, -0.5, 0.0, 0.5, 1.0]) + random.uniform(0.1, 0.4)
        return random.uniform(low, high)
    numbers = [draw() for _ in range(IMAGES * size_of(case.shape))]
    write("x.npy", npy_bytes([IMAGES, *case.shape], numbers))


def get_errors(cases):
    """The largest difference of each operator from the ANN in real numbers, as a share of its largest output."""
    wanted, columns = read_floats("ann.npy"), sum(case.size for case in cases)
    found = read_floats("y.npy")[-len(wanted):]
    assert len(wanted) == IMAGES * columns, f"{len(wanted) // IMAGES} outputs, not {columns}"
    first = 0
    for case in cases:
        at = [row * columns + first + i for row in range(IMAGES) for i in range(case.size)]
        first += case.size
        yield case, max(abs(found[i] - wanted[i]) for i in at) / max(abs(wanted[i]) for i in at)


def get_group(case):
    return case.opset, case.shape, case.domain


for group, members in itertools.groupby(sorted(CASES + VARIANTS, key=get_group), key=get_group):
    cases = list(members)
    write_network(cases)
    write_images(cases[0])
    for form, (compile_options, run_options, most) in FORMS.items():
        snnc("compile", FOLDER / "net.onnx", "--calibrate", FOLDER / "x.npy", "-o", FOLDER / "net.snnb",
             *compile_options, warnings=WARNINGS)
        snnc("run", FOLDER / "net.snnb", "--data", FOLDER / "x.npy", "--logits", FOLDER / "y.npy", *run_options)
        for case, error in get_errors(cases):
            print(case.op, form, "answers as the ANN" if error <= most else f"is off by {error:.4f}",
                  flush=True)
print("done")
# CHECK-NOT: off by
# CHECK: done
