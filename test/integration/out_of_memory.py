"""Runs commands with little memory: each says so in one line, exits with 1, and leaves no file. out_of_memory.py MODELS

The address space is limited to a little more than the program needs to start.
"""

import os
import pathlib
import re
import resource
import struct
import subprocess
import sys

MODELS = sys.argv[1]
DIGITS = [f"{MODELS}/digits_cnn.onnx", "--calibrate", f"{MODELS}/digits_calibration.npz"]
UNIT = 1 << 20


def run(command, limit):
    def set_limit():
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    return subprocess.run(command, capture_output=True, text=True, preexec_fn=set_limit, check=False)


def write_images(path, count):
    """Images of zeros, in a file with a hole for them."""
    header = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, 1, 8, 8), }" % count
    header += " " * (-(len(header) + 11) % 64) + "\n"
    pathlib.Path(path).write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
    os.truncate(path, 10 + len(header) + 8 * 64 * count)


def main():
    subprocess.run(["snnc", "compile", *DIGITS, "-o", "net.snnb"], check=True, stdout=subprocess.DEVNULL)
    write_images("large.npy", 1 << 21)  # 1 GiB
    start = next(size for size in range(64, 1 << 13, 8) if run(["snnc", "--version"], size * UNIT).returncode == 0)
    expected = {"snnc: error: out of memory", "snnc: error: the system does not start 900 threads"}
    before = sorted(os.listdir())
    for command, limit in [
            (["snnc", "--version"], start - 8), (["snnc", "compile", *DIGITS], start - 24),
            (["snnc", "compile", DIGITS[0], "--calibrate", "large.npy", "-o", "out.snnb"], start + 64),
            (["snnc", "run", "net.snnb", "--data", "large.npy"], start + 64),
            (["snnc", "run", "net.snnb", "--data", f"{MODELS}/digits_test.npz", "--threads", "900"], start + 64)]:
        result = run(command, limit * UNIT)
        lines = result.stderr.splitlines()
        said = re.sub(r"net\.snnb: needs .* MiB.*\n", "", result.stdout)  # what a run says before it begins
        if result.returncode != 1 or len(lines) != 1 or not lines[0] in expected or said:
            sys.exit(f"{command} with {limit} MiB: exit code {result.returncode}, {lines}, {result.stdout}")
        if sorted(os.listdir()) != before:
            sys.exit(f"{command} left {set(os.listdir()) - set(before)}")


main()
