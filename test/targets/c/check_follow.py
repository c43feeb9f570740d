"""check_follow.py LOGITS.npy FOLLOWED.txt HEADER.h: what `follow` printed of each frame is what `snnc run --stream --logits` wrote."""
import ast
import re
import struct
import sys

logits, followed, header = sys.argv[1:]
fraction = int(re.search(r"_OUTPUT_FRACTION (-?\d+)", open(header).read()).group(1))
data = open(logits, "rb").read()
size = struct.unpack("<H", data[8:10])[0]
shape = ast.literal_eval(data[10:10 + size].decode())["shape"]
values = struct.unpack(f"<{len(data[10 + size:]) // 4}f", data[10 + size:])
frames = [list(values[i:i + shape[-1]]) for i in range(0, len(values), shape[-1])]
lines = [[int(number) for number in line.split()] for line in open(followed)]
assert len(lines) == len(frames) > 3, (len(lines), len(frames))
for number, (line, wanted) in enumerate(zip(lines, frames)):
    outputs = [value / 2.0**fraction for value in line[2:]]
    assert line[0] == number, line
    assert outputs == wanted, (number, outputs, wanted)
    assert line[1] == max(range(len(outputs)), key=lambda i: outputs[i]), line
