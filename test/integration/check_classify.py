"""Runs `classify` of generated projects on the inputs of their self-tests: the outputs must be the runtime's."""

import pathlib
import re
import subprocess
import sys


def read_table(text, name):
    body = text[text.index("{", text.index(f"{name}[")):]
    return [int(number) for number in re.findall(r"-?\d+", body[:body.index("}")])]


for folder in map(pathlib.Path, sys.argv[1:]):
    text = (folder / "self_test.h").read_text()
    size = 1 if "uint8_t self_test_inputs" in text else 2
    raw = b"".join(number.to_bytes(size, sys.byteorder, signed=size == 2)
                   for number in read_table(text, "self_test_inputs"))
    (folder / "inputs.raw").write_bytes(raw)
    lines = subprocess.run([folder / "classify", folder / "inputs.raw"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    found = [int(word) for line in lines for word in line.split()[1:]]
    if not found or found != read_table(text, "self_test_outputs"):
        sys.exit(f"{folder}: other outputs than the runtime's")
