"""What anytime.test expects of its reports: PREFIX.{all,1,3,never}.json."""

import json
import sys


def load(name):
    with open(f"{sys.argv[1]}.{name}.json") as file:
        report = json.load(file)
    for key in ("images_per_second", "processor_seconds", "threads", "order", "order_by", "peak_memory_bytes", "expected_memory_bytes"):
        del report[key]
    return report


every, one, three, never = (load(name) for name in ("all", "1", "3", "never"))
assert one == three, "the answers depend on the number of threads"
assert "mean_steps" not in every
assert 1 < one["mean_steps"] < 4, one["mean_steps"]
assert one["stopped_early"] > 0.9
assert one["events_per_neuron"] < 0.7 * every["events_per_neuron"]
assert one["accuracy"][-1] >= every["accuracy"][-1] - 0.01
assert never.pop("mean_steps") == every["steps"][-1] and never.pop("stopped_early") == 0
assert never == every, "a lead that is never reached changes the answers"
