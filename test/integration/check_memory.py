"""What memory-limit.test expects of limits between what one image and two take, and between both orders.

usage: check_memory.py NET.snnb IMAGES.npz
"""

import json
import subprocess
import sys


def run(*flags):
    out = subprocess.run(["snnc", "run", sys.argv[1], "--data", sys.argv[2], "--limit", "4", "--threads", "2", "--json", "-",
                          *flags], check=True, stdout=subprocess.PIPE).stdout
    report = json.loads(out)
    return report, report["expected_memory_bytes"]


free, memory = run()
assert free["order"] == "layers" and free["order_by"] == "costs", free["order"]
assert memory["images_at_a_time"] == 2 and memory["total"] == memory["program"] + 2 * memory["image"], memory

one, needed = run("--memory-limit", str(memory["total"] - 1))
assert needed["images_at_a_time"] == 1 and one["order"] == "layers" and one["threads"] == 1, needed
assert needed["total"] == memory["total"] - memory["image"], needed

_, steps = run("--order", "steps")
assert steps["image"] < memory["image"], (steps, memory)
other, needed = run("--memory-limit", str(needed["total"] - 1))
assert other["order"] == "steps" and other["order_by"] == "memory", other["order"]
for key in ("agreement", "output_error", "events_per_neuron", "synaptic_ops"):
    assert free[key] == one[key] == other[key], key
