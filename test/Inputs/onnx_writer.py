"""Writes ONNX files, good ones and broken ones, with nothing but Python's standard library.

A test is a Python file with its own RUN and CHECK lines; `accept` and `refuse` import what they write:

    # RUN: %python %s %t | FileCheck %s
    from onnx_writer import *

    accept("relu", [node("Relu", ["x"], ["y"])])
    # CHECK-LABEL: == relu
    # CHECK: ann.relu %arg0 : tensor<?x3xf32>

    refuse("add", [node("Add", ["x", ""], ["y"])])
    # CHECK: error: add.onnx: node 'add' (Add): input 1 is missing

Field numbers are those of onnx.proto3. Every function returns or takes bytes of one message, so that a
test can put in what no exporter writes.
"""

import pathlib
import struct
import subprocess
import sys

FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL = range(1, 10)
FLOAT16, DOUBLE, BFLOAT16, UINT4, INT4 = 10, 11, 16, 21, 22
FORMATS = {FLOAT: "f", DOUBLE: "d", INT64: "q", INT32: "i", INT8: "b", UINT8: "B", BOOL: "?",
           FLOAT16: "e", INT16: "h", UINT16: "H"}


# ---- Protocol buffers ---------------------------------------------------------------------------

def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, value):
    """An integer as a varint, a float as 32 bits, text and bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(number, values):
    return b"".join(field(number, value) for value in values)


# ---- ONNX ---------------------------------------------------------------------------------------

def size_of(shape):
    size = 1
    for dimension in shape:
        size *= dimension
    return size


def tensor(name, shape, values=0.0, kind=FLOAT, raw=True):
    """A TensorProto. One number stands for all. Without `raw` the numbers are in the typed field."""
    count = size_of(shape)
    values = list(values) if hasattr(values, "__iter__") else [values] * count
    out = fields(1, shape) + field(2, kind) + (field(8, name) if name else b"")
    if raw:
        return out + field(9, struct.pack(f"<{len(values)}{FORMATS[kind]}", *values))
    if kind == DOUBLE:
        return out + field(10, struct.pack(f"<{len(values)}d", *values))
    if kind == FLOAT:
        return out + field(4, struct.pack(f"<{len(values)}f", *values))
    return out + field({INT64: 7}.get(kind, 5), b"".join(varint(value) for value in values))


def external_tensor(name, shape, location, offset=None, length=None, kind=FLOAT):
    entries = {"location": location, "offset": offset, "length": length}
    return (fields(1, shape) + field(2, kind) + field(8, name) + field(14, 1)
            + b"".join(field(13, field(1, key) + field(2, str(value)))
                       for key, value in entries.items() if value is not None))


def ints(name, values):
    """An INT64 list, as shape arithmetic uses it; a number alone is a scalar."""
    if isinstance(values, int):
        return tensor(name, [], [values], INT64)
    return tensor(name, [len(values)], values, INT64)


class Graph(bytes):
    """A GraphProto as the value of an attribute: a branch of If."""


class Ref(str):
    """The name of an attribute of the function that a node stands in."""


def attribute(name, value):
    """An AttributeProto: int, float, text, list of ints or floats, the bytes of a tensor, a Graph or a Ref."""
    out = field(1, name)
    if isinstance(value, Ref):
        return out + field(21, value)
    if isinstance(value, Graph):
        return out + field(6, bytes(value)) + field(20, 5)
    if isinstance(value, bool) or isinstance(value, int):
        return out + field(3, int(value)) + field(20, 2)
    if isinstance(value, float):
        return out + field(2, value) + field(20, 1)
    if isinstance(value, str):
        return out + field(4, value) + field(20, 3)
    if isinstance(value, bytes):
        return out + field(5, value) + field(20, 4)
    if value and isinstance(value[0], float):
        return out + fields(7, value) + field(20, 6)
    return out + fields(8, value) + field(20, 7)


def node(op, inputs, outputs, name=None, domain="", overload="", **attributes):
    """A NodeProto. Without `name` it is called as its operator; an empty one is left out. "DOMAIN::OP" stands for
    an operator of another domain."""
    domain, op = op.split("::") if "::" in op else (domain, op)
    name = op.lower() if name is None else name
    return (fields(1, inputs) + fields(2, outputs) + (field(3, name) if name else b"") + field(4, op)
            + b"".join(field(5, attribute(key, value)) for key, value in attributes.items())
            + (field(7, domain) if domain else b"") + (field(8, overload) if overload else b""))


def function(name, inputs, outputs, nodes, attributes=(), defaults={}, domain="local", opset=18, overload=""):
    """A FunctionProto. `defaults` are attributes with a value for calls that give none."""
    return (field(1, name) + fields(4, inputs) + fields(5, outputs) + fields(6, attributes) + fields(7, nodes)
            + field(9, imported("", opset)) + field(9, imported(domain, 1)) + field(10, domain)
            + b"".join(field(11, attribute(key, value)) for key, value in defaults.items())
            + (field(13, overload) if overload else b""))


def imported(domain, opset):
    """An OperatorSetIdProto."""
    return field(1, domain) + field(2, opset)


def value_info(name, shape, kind=FLOAT):
    """A ValueInfoProto: dimensions are numbers, or text for one that varies. A shape of None is left out."""
    if shape is None:
        return field(1, name) + field(2, field(1, field(1, kind)))
    dimensions = b"".join(field(1, field(2, size) if isinstance(size, str) else field(1, size))
                          for size in shape)
    return field(1, name) + field(2, field(1, field(1, kind) + field(2, dimensions)))


def graph(nodes, inputs=(), outputs=("y",), initializers=()):
    """A GraphProto. `inputs` are (name, shape) or (name, shape, type)."""
    return Graph(fields(1, nodes) + field(2, "graph") + fields(5, initializers)
                 + b"".join(field(11, value_info(*given)) for given in inputs)
                 + b"".join(field(12, field(1, name)) for name in outputs))


def model_bytes(nodes, inputs=(("x", ["N", 3]),), outputs=("y",), initializers=(), opset=13, functions=(),
                domains=()):
    """A ModelProto. `opset` is of the standard operators, `domains` are others that it imports."""
    return (field(1, 8) + field(7, bytes(graph(nodes, inputs, outputs, initializers)))
            + field(8, imported("", opset)) + b"".join(field(8, imported(domain, 1)) for domain in domains)
            + fields(25, functions))


FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")


def write(name, content):
    """A file of any content in the folder that the test was given."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(content)


def model(name, nodes, **parts):
    """Writes NAME.onnx."""
    write(name + ".onnx", model_bytes(nodes, **parts))


def snnc(*arguments, warnings=()):
    """What the driver prints; it must succeed, without other warnings than those with one of these texts, and those
    of values beyond calibration, which tests give on purpose or have few images for."""
    result = subprocess.run(["snnc", *arguments], capture_output=True, text=True, check=False)
    known = (*warnings, "the data go beyond what calibration showed")
    unexpected = [line for line in result.stderr.splitlines() if not any(text in line for text in known)]
    if result.returncode != 0 or unexpected:
        sys.exit(f"snnc {' '.join(map(str, arguments))}: exit code {result.returncode}\n{result.stderr}")
    return result.stdout


def translate(name, *flags):
    """What snn-translate makes of a file in the folder."""
    return subprocess.run(["snn-translate", "--import-onnx", FOLDER / name, *flags], capture_output=True,
                          text=True, check=False)


def accept(name, nodes, *flags, **parts):
    """Writes NAME.onnx and prints the network that it becomes."""
    model(name, nodes, **parts)
    result = translate(name + ".onnx", *flags)
    print(f"== {name}\n{result.stdout}", flush=True)
    if result.returncode != 0 or result.stderr:
        sys.exit(f"{name}: exit code {result.returncode}\n{result.stderr}")


def refuse_file(name, *flags):
    """Prints the one line that says why a file is refused."""
    result = translate(name, *flags)
    lines = result.stderr.splitlines()
    print(*lines, sep="\n", flush=True)
    if result.returncode != 1 or len(lines) != 1 or result.stdout:
        sys.exit(f"{name}: exit code {result.returncode}, {len(lines)} lines\n{result.stdout}")


def refuse(name, nodes, *flags, **parts):
    """Writes NAME.onnx and prints why it is refused."""
    model(name, nodes, **parts)
    refuse_file(name + ".onnx", *flags)
