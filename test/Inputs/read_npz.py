#!/usr/bin/env python3
"""Prints one image of an .npz file as numbers in text, without numpy: read_npz.py FILE.npz INDEX"""

import ast
import math
import struct
import sys
import zipfile

CODES = {"<f4": "f", "|u1": "B", "<i8": "q"}


def read_npy(data):
    """Shape and numbers of a .npy file, given its bytes."""
    start = 10 + struct.unpack("<H", data[8:10])[0]
    header = ast.literal_eval(data[10:start].decode())
    code = CODES[header["descr"]]
    return header["shape"], struct.unpack(f"<{math.prod(header['shape'])}{code}", data[start:])


def read_image(path, index):
    """Elements of image `index` of `x`, in text and as a network takes them: bytes are divided by 255."""
    with zipfile.ZipFile(path) as file:
        (images, *shape), numbers = read_npy(file.read("x.npy"))
    size = math.prod(shape)
    numbers = numbers[size * index : size * (index + 1)]
    return " ".join(repr(x / 255 if isinstance(x, int) else x) for x in numbers)


if __name__ == "__main__":
    print(read_image(sys.argv[1], int(sys.argv[2])))
