"""Writes a .npz file: write_npz.py FILE NAME=DTYPE:SHAPE:VALUES ... (values by commas; the last are repeated)."""

import io
import struct
import sys
import zipfile

KINDS = {"f4": ("<f4", "f"), "f8": ("<f8", "d"), "i8": ("<i8", "q"), "u1": ("|u1", "B")}


def encode(kind, shape, values):
    name, code = KINDS[kind]
    header = "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }" % (
        name, "".join(f"{extent}, " for extent in shape))
    header += " " * (-(len(header) + 11) % 64) + "\n"
    count = 1
    for extent in shape:
        count *= extent
    values = [values[i % len(values)] for i in range(count)]
    if code in "qB":
        values = [int(value) for value in values]
    return (b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode("latin1") +
            struct.pack(f"<{count}{code}", *values))


def write(path, **arrays):
    """Arrays are (kind, shape, values)."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, (kind, shape, values) in arrays.items():
            archive.writestr(zipfile.ZipInfo(name + ".npy"), encode(kind, shape, values))


if __name__ == "__main__":
    arrays = {}
    for text in sys.argv[2:]:
        name, rest = text.split("=", 1)
        kind, shape, values = rest.split(":")
        arrays[name] = (kind, [int(extent) for extent in shape.split(",")],
                        [float(value) for value in values.split(",")])
    write(sys.argv[1], **arrays)
