"""What tune.test expects of the files in FOLDER.

usage: check_tune.py FOLDER halve|check|chosen|missed|edited
"""

import json
import sys

folder, task = sys.argv[1:]


def load(name):
    with open(f"{folder}/{name}") as file:
        return json.load(file)


if task == "halve":  # a run that was cut off half way
    state = load("three.state")
    names = sorted(state["found"])
    assert len(names) > 8, names
    for name in names[::2]:
        del state["found"][name]
    with open(f"{folder}/three.state", "w") as file:
        json.dump(state, file)
elif task == "check":
    plain, tuned, test = load("plain.json"), load("tuned.json"), load("test.json")
    front = load("front.json")
    # On all 400 images, of which the search saw 107.
    assert tuned["agreement"][-1] >= 0.95, tuned["agreement"]
    assert tuned["events_per_neuron"] < 0.7 * plain["events_per_neuron"]
    assert tuned["steps"][-1] <= 6
    assert front["chosen"]["images"] == 107 and front["held_out"]["images"] == 53
    for part in ("chosen", "held_out"):
        assert front[part]["agreement"] >= 0.98, front[part]
        assert abs(front[part]["agreement"] - tuned["agreement"][-1]) < 0.04
    assert 0.05 < front["chosen"]["events_per_neuron"]
    assert abs(front["chosen"]["events_per_neuron"] - tuned["events_per_neuron"]) < 0.02
    assert test["accuracy"][-1] >= test["ann_accuracy"] - 0.06
    # The ANN inside is what it was, but for the rounding of folded scales.
    assert tuned["ann_accuracy"] == plain["ann_accuracy"]
    assert load("one.json") == load("three.json")
elif task == "chosen":
    loose, strict = load("loose.json"), load("strict.json")
    assert loose["kept"] and strict["kept"]
    assert loose["chosen"]["steps"] < strict["chosen"]["steps"]
    assert loose["chosen"]["events_per_neuron"] < strict["chosen"]["events_per_neuron"]
    assert strict["chosen"]["distortion"] <= 0.00001 and strict["held_out"]["images"] == 40
elif task == "missed":
    missed, never = load("missed.json"), load("never.json")
    for front in (missed, never):
        assert not front["kept"]
        # The best one found: no other has outputs nearer to the ANN's.
        assert front["chosen"]["distortion"] <= min(point["distortion"] for point in front["points"]) + 1e-6
    assert missed["chosen"]["steps"] <= 4
else:
    for report in (edited := load("edited.json")), (test := load("test.json")):
        for key in ("images_per_second", "processor_seconds", "peak_memory_bytes", "model"):
            del report[key]
        report.pop("reference", None)  # one of them was measured when it was compiled
    assert edited == test, "the IR compiles to another network"
