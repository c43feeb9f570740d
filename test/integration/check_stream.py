"""Frames for stream.test, and what it expects of its reports.

    check_stream.py make DIGITS.npz PREFIX    writes PREFIX.npz, PREFIX.images.npz, PREFIX.two.npz, PREFIX.raw and bad ones
    check_stream.py check PREFIX              looks at PREFIX.{one,three,steps,raw,two,rough}.json
"""

import json
import sys

from read_npz import read_image
from write_npz import write

SIZE = 64


def frames(images):
    """A picture, the same, a little of it changed, another one, the first again."""
    first, second = images
    touched = list(first)
    touched[9] = (touched[9] + 40) % 256
    return [first, first, touched, touched, second, first, first]


def make(data, prefix):
    images = [[round(255 * float(x)) for x in read_image(data, i).split()] for i in range(4)]
    one, other = frames(images[:2]), frames(images[2:])
    flat = [v for frame in one for v in frame]
    write(prefix + ".npz", frames=("u1", [7, 8, 8], flat))
    write(prefix + ".images.npz", x=("u1", [7, 1, 8, 8], flat))
    write(prefix + ".two.npz", x=("u1", [2, 7, 1, 8, 8], flat + [v for frame in other for v in frame]))
    with open(prefix + ".raw", "wb") as file:
        file.write(bytes(flat))
    with open(prefix + ".cut", "wb") as file:
        file.write(bytes(flat[:3 * SIZE + 10]))
    numbers = [v / 255 for v in flat]
    numbers[3 * SIZE + 5] = float("nan")
    write(prefix + ".nan.npz", x=("f4", [7, 8, 8], numbers))
    write(prefix + ".wide.npz", x=("u1", [7, 8, 9], [1]))


def check(prefix):
    def load(name):
        with open(f"{prefix}.{name}.json") as file:
            report = json.load(file)
        for frame in report["frames"]:
            assert frame.pop("microseconds") >= 0
        return report

    names = ("one", "three", "steps", "raw", "two", "rough")
    one, three, steps, raw, two, rough = (load(name) for name in names)
    found = one["frames"]
    assert len(found) == 7 and one["images"] == 7 and one["updates"]["frames"] == 6
    assert found == steps["frames"] == raw["frames"], "orders, or a file and a pipe, differ"
    assert found == three["frames"] and three["threads"] == 3, "threads differ"
    assert [frame["frame"] for frame in found] == list(range(7))
    assert all(frame["agreement"] == 1 for frame in found), found
    assert all(frame["output_error"] < 0.1 for frame in found), found
    assert found[0]["steps"] > 1 and found[0]["events"] > 100
    for still in (1, 3, 6):
        assert found[still]["input_events"] == 0, found[still]
    # What had not come to rest does so in the first still frame at the latest.
    assert found[3]["events"] == found[3]["synaptic_ops"] == found[3]["steps"] == 0, found[3]
    assert found[2]["input_events"] == 1
    assert 0 < found[2]["synaptic_ops"] < found[0]["synaptic_ops"] / 4, found
    assert abs(one["synaptic_ops"] - sum(frame["synaptic_ops"] for frame in found) / 7) < 1e-6
    # Two streams are what each of them is alone.
    first = [dict(frame) for frame in two["frames"] if frame["stream"] == 0]
    for frame in first:
        del frame["stream"]
        del frame["output_error"]  # in units of what all frames give
    assert first == [{key: value for key, value in frame.items() if key != "output_error"} for frame in found]
    assert len(two["frames"]) == 14 and two["streams"] == 2 and two["updates"]["frames"] == 12
    # A threshold of 41 / 255 hides the touch.
    assert rough["frames"][2]["input_events"] == 0 == rough["frames"][2]["synaptic_ops"]


if __name__ == "__main__":
    make(*sys.argv[2:]) if sys.argv[1] == "make" else check(sys.argv[2])
