"""Writes integers.npy, 6 inputs of integers that 8 bits hold, for matrices.onnx: input_forms.py FOLDER"""

from onnx_writer import write
from write_npy import npy_bytes

write("integers.npy", npy_bytes([6, 270], [(i * i + 3 * i) % 251 - 125 for i in range(6 * 270)]))
