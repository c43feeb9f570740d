#!/usr/bin/env python3
"""Runs a command that must be refused as bad input is: exit code 1, one line on standard error, nothing
on standard output, and no file that was not there before. Prints that line.

    refused.py snnc compile none.onnx
    refused.py --prints COMMAND ...     for one that may already have printed its table
"""

import os
import subprocess
import sys


def main(command):
    prints = command[0] == "--prints"
    command = command[1:] if prints else command
    before = sorted(os.listdir())
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    print(result.stderr, end="")
    wrong = []
    if result.returncode != 1:
        wrong.append(f"exit code {result.returncode}")
    if len(result.stderr.splitlines()) != 1:
        wrong.append(f"{len(result.stderr.splitlines())} lines on standard error")
    if result.stdout and not prints:
        wrong.append(f"on standard output: {result.stdout!r}")
    if sorted(os.listdir()) != before:
        wrong.append(f"new files: {set(os.listdir()) - set(before)}")
    sys.exit("; ".join(wrong) + f"\n{' '.join(command)}" if wrong else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
