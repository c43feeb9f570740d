#!/usr/bin/env python3
"""How long the import of a large ONNX file takes, and how much memory.

    test/bench/import_large.py BIN [MEGABYTES]

Writes a file of MEGABYTES (100 unless told) twice, as matrices of 1024 x 1024 and as convolutions of 512 channels, and gives
both to BIN/snn-translate. Memory is the most that the process had in RAM.
"""
import array
import multiprocessing
import pathlib
import random
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Inputs"))
from onnx_writer import FLOAT, field, fields, model_bytes, node, size_of  # noqa: E402
from processes import measure  # noqa: E402

random.seed(1)
NUMBERS = array.array("f", (random.gauss(0, 0.02) for _ in range(1 << 16)))


def weights(name, shape, count):
    content = NUMBERS.tobytes() * (count // len(NUMBERS))
    return fields(1, shape) + field(2, FLOAT) + field(8, name) + field(9, content)


def write(path, megabytes, op, shape, image):
    count = size_of(shape)
    layers = round(megabytes * 1e6 / (4 * count))
    nodes, initializers = [], []
    attributes = {"pads": [1, 1, 1, 1]} if op == "Conv" else {}
    for i in range(layers):
        last = f"r{i - 1}" if i else "x"
        nodes += [node(op, [last, f"w{i}"], [f"h{i}"], f"layer{i}", **attributes),
                  node("Relu", [f"h{i}"], [f"r{i}"], f"relu{i}")]
        initializers.append(weights(f"w{i}", shape, count))
    path.write_bytes(model_bytes(nodes, [("x", ["N", *image])], [f"r{layers - 1}"], initializers))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    megabytes = float(sys.argv[2]) if len(sys.argv) == 3 else 100
    for op, shape, image in [("Gemm", [1024, 1024], [1024]), ("Conv", [512, 512, 3, 3], [512, 8, 8])]:
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "large.onnx"
            # In a process of its own: a child's memory counts from that of the one that starts it.
            writer = multiprocessing.Process(target=write, args=(path, megabytes, op, shape, image))
            writer.start()
            writer.join()
            size = path.stat().st_size
            seconds, _, memory = measure(sys.argv[1] + "/snn-translate", "--import-onnx", path)
            print(f"{op}: {size / 1e6:.0f} MB, imported in {seconds:.2f} s with {memory / 1e6:.0f} MB, "
                  f"{memory / size:.2f} times the file")


if __name__ == "__main__":
    main()
