"""What defaults.test expects of the report of `snnc run` with the defaults, and with the flags they stand for.

usage: check_defaults.py NET.json GIVEN.json
"""

import json
import sys

reports = []
for name in sys.argv[1:]:
    with open(name) as file:
        reports.append(json.load(file))
net, given = reports

assert net["accuracy"][-1] >= net["ann_accuracy"] - 0.01, net["accuracy"]
assert net["events_per_neuron"] < 1, net["events_per_neuron"]
assert net["energy_pj"] < 0.25 * net["ann_energy_pj"], net["energy_pj"]
for key in ("steps", "accuracy", "agreement", "events_per_neuron", "synaptic_ops"):
    assert net[key] == given[key], key
