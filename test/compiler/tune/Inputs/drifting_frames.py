"""Two streams of frames that drift a little, two of frames that have nothing in common, and one of one frame."""

import random
import sys

sys.path.insert(0, __file__.rsplit("/compiler/", 1)[0] + "/Inputs")
from write_npz import write  # noqa: E402

folder, source = sys.argv[1], random.Random(4)
frames = []
for _ in range(2):
    first = [source.randrange(256) for _ in range(6)]
    frames += first
    for _ in range(7):
        frames += [min(255, max(0, v + source.choice((0, 0, -7, 7)))) for v in first]
write(f"{folder}/frames.npz", x=("u1", [2, 8, 6], frames))
write(f"{folder}/other.npz", x=("u1", [2, 8, 6], [source.randrange(256) for _ in range(96)]))
write(f"{folder}/single.npz", x=("u1", [1, 6], frames[:6]))
