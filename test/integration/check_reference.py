"""What compiling measured agrees with what a run of other images finds."""

import json
import sys

report = json.load(open(sys.argv[1]))
reference = report["reference"]
assert reference["images"] == 200, reference
assert abs(reference["agreement"] - report["agreement"][-1]) < 0.1, reference
assert reference["output_error"] < 2 * report["output_error"][-1] + 0.02, reference
assert report["output_error"][-1] < 2 * reference["output_error"] + 0.02, reference
assert report["clipped"]["input_values"] < 0.01, report["clipped"]
