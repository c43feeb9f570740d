"""What the comparisons of this folder share: options, images, programs of snnc, and rounds.

Everyone runs on the same images; rounds are interleaved, and the fastest round of each counts. One thread is measured in
processor time, so that other work on the machine disturbs little and all alike; several by the wall clock, for which the machine
should be quiet.
"""

import argparse
import subprocess
import sys

import numpy


def make_parser(description, images):
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("model")
    parser.add_argument("--data", required=True)
    parser.add_argument("--calibrate", required=True)
    parser.add_argument("--snnc", default="build/release/bin/snnc")
    parser.add_argument("--mean", nargs="*", type=float, default=[])
    parser.add_argument("--std", nargs="*", type=float, default=[])
    parser.add_argument("--images", type=int, default=256, help=images)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="1: leave out runs on two threads")
    return parser


def read_images(path, options, limit):
    """The first images of a file, normalized, as float32."""
    x = numpy.load(path)["x"][:limit]
    x = x / 255.0 if x.dtype == numpy.uint8 else x.astype(numpy.float64)
    shape = (1, -1) + (1,) * (x.ndim - 2)
    if options.mean:
        x = x - numpy.array(options.mean).reshape(shape)
    if options.std:
        x = x / numpy.array(options.std).reshape(shape)
    return x.astype(numpy.float32)


def compile_program(path, options, flags):
    command = [options.snnc, "compile", options.model, "--calibrate", options.calibrate, "-o", path]
    for flag, values in (("--mean", options.mean), ("--std", options.std)):
        if values:
            command += [flag, ",".join(map(str, values))]
    subprocess.run(command + flags, check=True, stdout=subprocess.DEVNULL)


def measure_rounds(contestants, rounds):
    for number in range(rounds):
        for contestant in contestants:
            contestant.measure()
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
