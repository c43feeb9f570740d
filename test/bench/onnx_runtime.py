#!/usr/bin/env python3
"""Runs a network in ONNX Runtime, in float32 and as an int8 file, and as event programs, side by side.

  test/bench/onnx_runtime.py MODEL.onnx --node FOLDER --data TEST.npz --calibrate TRAIN.npz --snnc build/clang/bin/snnc \\
      [--int8 MODEL.onnx] [--mean ... --std ...] [--images N] [--rounds N] [--threads N]

FOLDER has node_modules with onnxruntime-node. Prints a table in Markdown. rounds.py says how is measured. Programs are those of
`snnc compile` without flags, in real numbers and in integers. Needs node, and Debian's python3-numpy and python3-onnx.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy
import onnx

from rounds import compile_program, make_parser, measure_rounds, read_images

SCRIPT = pathlib.Path(__file__).with_name("onnx_runtime.js")
BATCHES = (1, 64)
FLOAT = "ONNX Runtime, float32"


def parse():
    parser = make_parser(__doc__, "of everyone")
    parser.add_argument("--node", required=True, help="folder with node_modules")
    parser.add_argument("--int8", help="the same network in 8 bits, as ONNX Runtime runs it")
    return parser.parse_args()


def takes_batches(path):
    """Whether the first dimension of the input is open."""
    graph = onnx.load(path).graph
    weights = {tensor.name for tensor in graph.initializer}
    dimension = next(i for i in graph.input if i.name not in weights).type.tensor_type.shape.dim[0]
    return not dimension.HasField("dim_value")


class Runtime:
    """A file in ONNX Runtime, in a process of its own."""

    def __init__(self, name, path, images, options, batch, threads):
        self.name, self.path, self.options, self.batch, self.threads = name, path, options, batch, threads
        self.images, self.count, self.speed, self.classes = images, len(numpy.load(images)), 0, []

    def measure(self):
        images = numpy.load(self.images)
        with tempfile.TemporaryDirectory() as folder:
            raw = pathlib.Path(folder) / "images.bin"
            raw.write_bytes(images.tobytes())
            out = subprocess.run(
                ["node", str(SCRIPT), self.options.node, self.path, str(raw), "x".join(map(str, images.shape)),
                 str(self.batch), str(self.threads)], check=True, stdout=subprocess.PIPE).stdout
        report = json.loads(out)
        self.speed = max(self.speed, len(report["classes"]) / report["seconds"])
        self.classes = report["classes"]

    def get_agreement(self, wanted):
        return float(numpy.mean(numpy.equal(self.classes, wanted[:len(self.classes)])))


class Program:
    """An event program, run by snnc."""

    batch = 1

    def __init__(self, name, path, options, threads):
        self.name, self.path, self.options, self.threads, self.speed = name, path, options, threads, 0

    def measure(self):
        with tempfile.TemporaryDirectory() as folder:
            logits = f"{folder}/logits.npy"
            out = subprocess.run(
                [self.options.snnc, "run", self.path, "--data", self.options.data, "--limit", str(self.options.images),
                 "--threads", str(self.threads), "--json", "-", "--logits", logits],
                check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            last = numpy.load(logits)[-1]
        report = json.loads(out)
        self.classes = last.reshape(len(last), -1).argmax(1)
        self.speed = max(self.speed, 1 / report["processor_seconds"] if self.threads == 1
                         else report["images_per_second"])

    get_agreement = Runtime.get_agreement


def gather(options, folder):
    images = f"{folder}/images.npy"
    numpy.save(images, read_images(options.data, options, options.images))
    contestants, files = [], {FLOAT: options.model}
    if options.int8:
        files["ONNX Runtime, int8"] = options.int8
    counts = range(1, options.threads + 1)
    for name, path in files.items():
        for batch in BATCHES if takes_batches(path) else (1,):
            if batch <= options.images:
                contestants += [Runtime(name, path, images, options, batch, threads) for threads in counts]
    for name, flags in (("snnc", []), ("snnc, integers", ["--quantize"])):
        path = f"{folder}/{name}.snnb"
        compile_program(path, options, flags)
        contestants += [Program(name, path, options, threads) for threads in counts]
    return contestants


def table(contestants):
    """As many times as fast as float32 at batch 1 on one thread, that first."""
    base = next(c for c in contestants if c.name == FLOAT and c.batch == 1 and c.threads == 1)
    lines = ["| what | threads | batch | of float32, batch 1 | images/s | agreement with float32 |", "|---|---|---|---|---|---|"]
    for c in sorted(contestants, key=lambda c: (c.threads, c.speed)):
        lines.append(f"| {c.name} | {c.threads} | {c.batch} | {c.speed / base.speed:.2f} x | {c.speed:.1f} "
                     f"| {c.get_agreement(base.classes):.3f} |")
    return "\n".join(lines)


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        contestants = gather(options, folder)
        measure_rounds(contestants, options.rounds)
    print(table(contestants))


if __name__ == "__main__":
    main()
