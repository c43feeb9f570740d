#!/usr/bin/env python3
"""Writes the .npy and .npz files beside it, as numpy writes them. Needs numpy only."""

import io
import pathlib
import struct
import zlib

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent

COUNTING = [0, 1, 2, 100]
TYPES = ["uint8", "int8", "int16", "uint16", "int32", "uint32", "int64", "uint64",
         "float16", "float32", "float64"]


def npy_bytes(array, version=None):
    out = io.BytesIO()
    np.lib.format.write_array(out, array, version=version)
    return out.getvalue()


def write_npy(name, array, version=None):
    (HERE / name).write_bytes(npy_bytes(array, version))


def write_long_npz(path, name, content):
    """A zip file in which every number that may is in the 64-bit extension (zipfile has no such
    mode for small files)."""
    long = 0xFFFFFFFF
    crc = zlib.crc32(content)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 0, crc, len(content),
                        len(content), len(name), 0) + name
    # An extra field of another kind (0x9999) comes first and has to be skipped.
    extra = struct.pack("<HHH", 0x9999, 2, 7)
    extra += struct.pack("<HHQQQ", 1, 24, len(content), len(content), 0)
    entry = struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 0, crc, long, long,
                        len(name), len(extra), 0, 0, 0, 0, long) + name + extra
    start = len(local) + len(content)
    end64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, 1, 1, len(entry), start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, start + len(entry), 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, long, long, 0)
    path.write_bytes(local + content + entry + end64 + locator + end)


def main():
    matrix = np.arange(24, dtype="float32").reshape(2, 3, 4)
    write_npy("matrix.npy", matrix)
    write_npy("matrix-v2.npy", matrix, (2, 0))
    write_npy("matrix-v3.npy", matrix, (3, 0))
    write_npy("matrix-fortran.npy", np.asfortranarray(matrix))
    write_npy("matrix-big.npy", np.asfortranarray(matrix.astype(">f8")))
    write_npy("scalar.npy", np.float64(2.5))
    write_npy("empty.npy", np.zeros((0, 1, 2, 2), "float32"))
    write_npy("halves.npy", np.array([1.5, -0.0, 2.0**-24, 65504, np.inf, np.nan], "float16"))
    write_npy("object.npy", np.array([None, "a"], dtype=object))
    write_npy("structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
    write_npy("complex.npy", np.zeros(2, "complex64"))
    np.savez_compressed(HERE / "types.npz", bool=np.array([False, True]),
                        **{name: np.array(COUNTING, name) for name in TYPES})
    images = np.arange(16, dtype="uint8").reshape(4, 1, 2, 2)
    np.savez(HERE / "stored.npz", x=images, y=np.array([3, 1, 2, 0]))
    np.savez_compressed(HERE / "deflated.npz", x=np.zeros((500, 2, 2), "float32"))
    write_long_npz(HERE / "long.npz", b"x.npy", npy_bytes(images))


if __name__ == "__main__":
    main()
