#!/usr/bin/env python3
"""Prints one image of an .npz file as numbers in text, without numpy: read_npz.py FILE.npz INDEX"""

import ast
import math
import struct
import sys
import zipfile

CODES = {"<f2": "e", "<f4": "f", "<f8": "d", "|u1": "B", "|i1": "b", "<u2": "H", "<i2": "h",
         "<u4": "I", "<i4": "i", "<u8": "Q", "<i8": "q", "|b1": "?"}


def split_npy(data):
    """Type, shape and the bytes of the numbers of a .npy file, given its bytes."""
    wide = data[6] > 1
    start = (12 if wide else 10) + struct.unpack_from("<I" if wide else "<H", data, 8)[0]
    header = ast.literal_eval(data[12 if wide else 10:start].decode("latin1"))
    if header["fortran_order"]:
        raise ValueError("arrays in Fortran's order are not read")
    return header["descr"], header["shape"], data[start:]


def read_npy(data):
    """Shape and numbers of a .npy file, given its bytes."""
    descr, shape, numbers = split_npy(data)
    return shape, struct.unpack(f"<{math.prod(shape)}{CODES[descr]}", numbers)


def read_image(path, index):
    """Elements of image `index` of `x`, in text and as a network takes them: bytes are divided by 255."""
    with zipfile.ZipFile(path) as file:
        (images, *shape), numbers = read_npy(file.read("x.npy"))
    size = math.prod(shape)
    numbers = numbers[size * index : size * (index + 1)]
    return " ".join(repr(x / 255 if isinstance(x, int) else x) for x in numbers)


if __name__ == "__main__":
    print(read_image(sys.argv[1], int(sys.argv[2])))
