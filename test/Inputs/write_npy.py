#!/usr/bin/env python3
"""Writes float32 numbers as a .npy file, without numpy: write_npy.py OUT.npy 2,1,2,2 0 0.5 1 ..."""

import struct
import sys


def npy_bytes(shape, numbers, kind="<f4"):
    """Numbers of `kind`: <f4, or |u1 for bytes."""
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s,), }" % (kind, ", ".join(map(str, shape)))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
            + struct.pack(f"<{len(numbers)}{'f' if kind == '<f4' else 'B'}", *numbers))


if __name__ == "__main__":
    path, shape, *numbers = sys.argv[1:]
    shape = [int(size) for size in shape.split(",")]
    count = 1
    for size in shape:
        count *= size
    # One number stands for all.
    numbers = [float(number) for number in numbers] * (count if len(numbers) == 1 else 1)
    assert len(numbers) == count, f"{count} numbers are needed, {len(numbers)} are there"
    with open(path, "wb") as file:
        file.write(npy_bytes(shape, numbers))
