#!/usr/bin/env python3
"""Runs a network as an ANN in PyTorch, as a spiking network in PyTorch, and as event programs, side by side.

  test/bench/compare.py MODEL.onnx --data TEST.npz --calibrate TRAIN.npz --snnc build/release/bin/snnc \\
      [--mean ... --std ...] [--images N] [--rounds N] [--svg OUT.svg]

Prints a table in Markdown. rounds.py says how is measured. Needs Debian's python3-torch and python3-onnx.
"""

import json
import subprocess
import tempfile
import time

import numpy
import torch

from rounds import compile_program, make_parser, measure_rounds, read_images
from torch_network import ANN, StepLoop

STEPS = 64


def parse():
    parser = make_parser(__doc__, "of the event programs and the ANN")
    parser.add_argument("--loop-images", type=int, default=64, help="of the PyTorch step loop")
    parser.add_argument("--program", action="append", default=[], metavar="NAME=FLAGS",
                        help="a program instead of ours: what it is called, and flags of snnc compile or a "
                             ".snnb file; may be given several times")
    parser.add_argument("--svg")
    return parser.parse_args()


class Torch:
    """A function of a batch of images, in PyTorch."""

    def __init__(self, name, run, images, batch, threads, wanted):
        self.name, self.run, self.images, self.wanted = name, run, images, wanted
        self.batch, self.threads, self.speed = batch, threads, 0
        self.note = f"batch {batch}"

    def measure(self):
        torch.set_num_threads(self.threads)
        clock = time.process_time if self.threads == 1 else time.perf_counter
        outputs, began = [], clock()
        for first in range(0, len(self.images), self.batch):
            outputs.append(self.run(self.images[first:first + self.batch]))
        self.speed = max(self.speed, len(self.images) / (clock() - began))
        found = torch.cat(outputs).argmax(1)
        self.agreement = float((found == self.wanted[:len(found)]).float().mean())


class Program:
    """An event program, run by snnc."""

    def __init__(self, name, path, options, threads, per_image=1):
        self.name, self.path, self.options, self.threads, self.speed = name, path, options, threads, 0
        self.per_image, self.note = per_image, "batch 1"
        if per_image > 1:
            self.name += ", all threads on one image"

    def measure(self):
        out = subprocess.run(
            [self.options.snnc, "run", self.path, "--data", self.options.data, "--limit",
             str(self.options.images), "--threads", str(self.threads),
             "--threads-per-image", str(self.per_image), "--json", "-"],
            check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        report = json.loads(out)
        speed = 1 / report["processor_seconds"] if self.threads == 1 else report["images_per_second"]
        self.speed = max(self.speed, speed)
        self.agreement = report["agreement"][-1]


def gather(options, folder):
    torch.set_grad_enabled(False)
    images = torch.from_numpy(read_images(options.data, options, options.images))
    ann = ANN(options.model)
    wanted = ann(images).argmax(1)
    loop = StepLoop(ann, ann.ranges(torch.from_numpy(read_images(options.calibrate, options, 256))))
    few = images[:options.loop_images]
    contestants = []
    counts = range(1, options.threads + 1)
    for threads in counts:
        for batch in (1, 64):
            contestants.append(Torch("PyTorch, ANN", ann, images, batch, threads, wanted))
            if batch <= len(few):
                contestants.append(Torch(f"PyTorch, step loop, {STEPS} steps",
                                         lambda x: loop.run(x, STEPS), few, batch, threads, wanted))
    programs = [f"snnc, paper mode, {STEPS} steps=--schedule exponential:0.15,0.95 --steps {STEPS}",
                "snnc, ternary dyadic, layer after layer="
                "--code ternary:0.5 --schedule dyadic:0.5,1,9 --skew 9"]
    for number, text in enumerate(options.program or programs):
        name, flags = text.split("=", 1)
        path = flags if flags.endswith(".snnb") else f"{folder}/{number}.snnb"
        if path != flags:
            compile_program(path, options, flags.split())
        contestants += [Program(name, path, options, threads) for threads in counts]
        contestants += [Program(name, path, options, threads, per_image=threads) for threads in counts if threads > 1]
    return contestants


def table(contestants):
    base = next(c.speed for c in contestants if "step loop" in c.name)
    lines = ["| what | threads | batch | images/s | of the step loop | agreement with the ANN |",
             "|---|---|---|---|---|---|"]
    for c in sorted(contestants, key=lambda c: (c.threads, c.speed)):
        batch = c.note.removeprefix("batch ")
        lines.append(f"| {c.name} | {c.threads} | {batch} | {c.speed:.1f} | {c.speed / base:.1f} x "
                     f"| {c.agreement:.3f} |")
    return "\n".join(lines)


def draw(contestants, path):
    """Bars of images per second of one thread, logarithmic."""
    shown = sorted((c for c in contestants if c.threads == 1), key=lambda c: c.speed)
    low, high = 0.8 * shown[0].speed, shown[-1].speed
    rows = []
    for i, c in enumerate(shown):
        width = 360 * numpy.log(c.speed / low) / numpy.log(high / low)
        color = "#2a6f97" if isinstance(c, Program) else "#a9a9a9"
        y = 24 * i + 10
        rows.append(f'<text x="330" y="{y + 13}" text-anchor="end">{c.name}, {c.note}</text>'
                    f'<rect x="340" y="{y}" width="{width:.0f}" height="18" fill="{color}"/>'
                    f'<text x="{346 + width:.0f}" y="{y + 13}">{c.speed:.3g}</text>')
    height = 24 * len(shown) + 40
    with open(path, "w") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="780" height="{height}" '
                   'font-family="sans-serif" font-size="12">\n' + "\n".join(rows) +
                   f'\n<text x="340" y="{height - 8}">images per second of one thread '
                   '(logarithmic)</text>\n</svg>\n')


def main():
    options = parse()
    with tempfile.TemporaryDirectory() as folder:
        contestants = gather(options, folder)
        measure_rounds(contestants, options.rounds)
    print(table(contestants))
    if options.svg:
        draw(contestants, options.svg)


if __name__ == "__main__":
    main()
