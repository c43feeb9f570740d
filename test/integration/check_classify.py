"""Runs `classify` of generated projects on the inputs of their self-tests: the outputs must be the runtime's."""

import array
import pathlib
import re
import subprocess
import sys


def read_table(text, name, number=int):
    body = text[text.index("{", text.index(f"{name}[")):]
    return [number(word) for word in re.findall(r"-?\d[\d.e+-]*", body[:body.index("}")])]


for folder in map(pathlib.Path, sys.argv[1:]):
    text = (folder / "self_test.h").read_text()
    kind = re.search(r"(\w+) self_test_inputs\[", text)[1]
    raw = array.array({"uint8_t": "B", "int8_t": "b", "int16_t": "h", "float": "f"}[kind],
                      read_table(text, "self_test_inputs", float if kind == "float" else int)).tobytes()
    (folder / "inputs.raw").write_bytes(raw)
    lines = subprocess.run([folder / "classify", folder / "inputs.raw"], capture_output=True, text=True,
                           check=True).stdout.splitlines()
    found = [int(word) for line in lines for word in line.split()[1:]]
    if not found or found != read_table(text, "self_test_outputs"):
        sys.exit(f"{folder}: other outputs than the runtime's")
