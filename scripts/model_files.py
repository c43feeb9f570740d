"""What scripts/try-models reads of ONNX and .npy files, and how it compares outputs. Python's standard library only."""

import io
import math
import pathlib
import struct
import sys
import zipfile
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "test" / "Inputs"))
from read_npz import read_npy, split_npy  # noqa: E402


# --- ONNX: the wire format of protocol buffers, as far as inputs and outputs need it ------------------


def read_fields(data):
    """Field number and value of a message's fields: bytes, or an integer."""
    at = 0

    def read_varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = read_varint()
        if key & 7 == 0:
            yield key >> 3, read_varint()
            continue
        size = {1: 8, 5: 4}[key & 7] if key & 7 != 2 else read_varint()
        yield key >> 3, data[at:at + size]
        at += size


def get_fields(data, number):
    return [value for field, value in read_fields(data) if field == number]


class Value(NamedTuple):
    name: str
    shape: list  # None for a free dimension


def read_value(data):
    name = get_fields(data, 1)[0].decode(errors="replace")
    shape = []
    for kind in get_fields(data, 2):
        for tensor in get_fields(kind, 1):
            for dims in get_fields(tensor, 2):
                for dim in get_fields(dims, 1):
                    size = get_fields(dim, 1)
                    shape.append(size[0] if size else None)
    return Value(name, shape)


def read_interface(path):
    """Inputs that are no weights, and outputs."""
    graph = get_fields(pathlib.Path(path).read_bytes(), 7)[0]
    weights = {get_fields(tensor, 8)[0].decode(errors="replace") for tensor in get_fields(graph, 5)}
    inputs = [read_value(value) for value in get_fields(graph, 11)]
    outputs = [read_value(value) for value in get_fields(graph, 12)]
    return [value for value in inputs if value.name not in weights], outputs


# --- Arrays ------------------------------------------------------------------------------------------


def read_arrays(path):
    """The .npy files inside an .npz by name, as bytes."""
    with zipfile.ZipFile(path) as file:
        return {name.removesuffix(".npy"): file.read(name) for name in file.namelist()}


def write_npy(path, data, shape=None, limit=None):
    """Writes the bytes of a .npy file, with another shape, or only its first `limit` samples."""
    descr, own, numbers = split_npy(data)
    shape = tuple(own if shape is None else shape)
    if limit is not None and shape and limit < shape[0]:
        numbers = numbers[:len(numbers) // shape[0] * limit]
        shape = (limit, *shape[1:])
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape!r}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    file = io.BytesIO()
    file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + numbers)
    pathlib.Path(path).write_bytes(file.getvalue())


def read_shape(data):
    """The shape of a .npy file, given its bytes."""
    return split_npy(data)[1]


def read_numbers(path):
    return read_npy(pathlib.Path(path).read_bytes())


def compare(found, wanted):
    """The largest difference, as a share of the largest magnitude that is wanted (of 1 where all are 0)."""
    if len(found) != len(wanted):
        raise ValueError(f"{len(found)} outputs in place of {len(wanted)}")
    if any(math.isnan(a) != math.isnan(b) for a, b in zip(found, wanted)):
        return math.inf
    pairs = [(a, b) for a, b in zip(found, wanted) if not math.isnan(b) and a != b]
    largest = max((abs(b) for b in wanted if math.isfinite(b)), default=0) or 1
    return max((abs(a - b) for a, b in pairs), default=0) / largest
