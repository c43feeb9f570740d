"""Names that leave comments, strings and lines, in a network that goes all the way: hostile_names.py FOLDER DATA_FOLDER

Writes the models of hostile-names.test: NAME.onnx under several file names, and images.npy.
"""

import struct

from onnx_writer import *
from write_npy import npy_bytes

# A chain of layers: what each is called, as bytes.
NAMES = [
    b"*/ #error out of the comment\n/*", b"*\\\n/ #error spliced", b"ends in a backslash \\", b"??/", b"a ??/\n b",
    b'" "quotes\' %s %d %n {} {0}', b"int", b"\xff\xfe no UTF-8", b"return", "größe \u202e rtl".encode(), b"stdio",
    b"\x1b[31m terminal \x07", b"tab\tand\rreturn", b"</text><script>&amp;", b"$(MAKE) `id` ;", b"//", b"/**/",
    # These read alike as identifiers, or as an identifier with something behind it.
    b"a", b"a", b"a.", b"a_start", b"a_from_b", b"a_product0", b"a2", b"b", b"b_from_c", b"snn", b"snn_fire",
    b"input", b"state", b"run_x", b"x_run", b"_", b"__", b"\xc3", b"9", b"-9", b"long" * 60,
]


def weights(seed, rows, columns):
    return [((7 * i + 3 * seed) % 11 - 5) / 10 for i in range(rows * columns)]


def text(number, value):
    return field(number, value)


nodes, initializers, last = [], [], "x"
for i, name in enumerate(NAMES):
    out = f"t{i}"
    if i % 2 == 0:
        initializers.append(tensor(f"w{i}", [6, 6], weights(i, 6, 6)))
        node_bytes = fields(1, [last, f"w{i}"]) + field(2, out) + field(3, name) + field(4, "Gemm")
    else:
        node_bytes = field(1, last) + field(2, out) + field(3, name) + field(4, "Relu" if i % 4 == 1 else "Tanh")
    nodes.append(node_bytes)
    last = out
initializers.append(tensor("w", [6, 3], weights(1, 6, 3)))
nodes.append(node("Gemm", [last, "w"], ["y"], name="*/ int main(void) { return 1; } /*"))
for name in ("net", "string", "Firmware", "NULL", "9 *\\", "ü", "snn_kernels"):
    model(name, nodes, inputs=(("x", ["N", 6]),), initializers=initializers)
numbers = [((5 * i) % 13 - 6) / 6 for i in range(6 * 40)]
write("images.npy", npy_bytes([40, 6], numbers))
