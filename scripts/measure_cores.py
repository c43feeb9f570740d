"""Maps networks to every core model with `snnc map` and writes docs/results/core-models.md.

Numbers of the page are those of the driver's JSON. Standard library only.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODELS = ROOT / "test" / "models"
PAGE = ROOT / "docs" / "results" / "core-models.md"
NETWORK = ["--code", "ternary:0.5", "--schedule", "dyadic:0.5,1,7", "--skew", "1"]
NORMALIZATION = {"digits": [], "fashion": ["--mean", "0.2860", "--std", "0.3530"]}
MARK = "<!-- written by scripts/measure-cores -->"


def run_map(tool, model, calibration, data, images, extra):
    """The report of one network on all models; None with the driver's words where it has no integer form."""
    command = [tool, "map", str(model), "--calibrate", str(calibration), "--data", str(data), "--limit", str(images),
               "--core", "all", "--json", "-", *NETWORK, *extra]
    begin = time.time()
    done = subprocess.run(command, capture_output=True, text=True)
    start = done.stdout.find("[\n")
    if start < 0:
        lines = done.stderr.strip().splitlines()
        return None, (lines[-1] if lines else "no output"), time.time() - begin
    return json.loads(done.stdout[start:]), "", time.time() - begin


def show(number):
    return "{:,.0f}".format(number)


def energy(report, kind):
    parts = report.get("energy_pj", {}).get(kind, {})
    known = {name: value for name, value in parts.items() if value is not None}
    if not known:
        return "not published"
    return ", ".join("{} {:.3g} uJ".format(name, value * 1e-6) for name, value in known.items())


def fullest(report):
    """The limit nearest to its end."""
    best, share = "", 0.0
    for limit, use in report["utilization"].items():
        if use["available"] and use["max"] / use["available"] > share:
            best, share = limit, use["max"] / use["available"]
    return "{} {:.0f} %".format(best, 100 * share)


def note_refusal(refusals, network, model, reason):
    """Networks refused for one reason share a line; which of their layers it was is in the driver's report."""
    reason = re.sub(r"^layer '.*?' does not run on '.*?': ", "", reason)
    networks, models = refusals.setdefault(reason, ([], []))
    for value, known in ((network, networks), (model, models)):
        if value not in known:
            known.append(value)


def write_refusals(refusals, count):
    text = "\n## Refusals\n\n| network | model | reason |\n|---|---|---|\n"
    for reason, (networks, models) in refusals.items():
        who = "every network" if len(networks) == count else ", ".join("`{}`".format(name) for name in networks)
        text += "| {} | {} | {} |\n".format(who, ", ".join("`{}`".format(name) for name in models), reason)
    return text


def write_tables(results):
    text = "\n## Networks that run\n\n"
    text += "| network | model | cores | fullest limit | chip steps | exact images | accuracy |\n|---|---|---|---|---|---|---|\n"
    costs = "\n## What an image costs\n\n"
    costs += ("| network | model | spikes | messages | hops | hops saved by placement | synaptic operations | busiest core | "
              "cycles | static energy | marginal energy |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
    refusals = {}  # reason: networks, models
    for name, (reports, problem) in results.items():
        if reports is None:
            note_refusal(refusals, name, "all", problem.split("error: ")[-1])
            continue
        for report in reports:
            if "refusal" in report:
                note_refusal(refusals, name, report["model"], report["refusal"])
                continue
            per = report["per_sample"]
            text += "| `{}` | `{}` | {} of {} | {} | {} | {} of {} | {:.3f} |\n".format(
                name, report["model"], report["cores"]["used"], report["cores"]["available"], fullest(report),
                report["chip_steps"], report["exact_samples"], report["samples"], report.get("accuracy", float("nan")))
            costs += "| `{}` | `{}` | {} | {} | {} | {:.0f} % | {} | {} | {} | {} | {} |\n".format(
                name, report["model"], show(per["spikes"]), show(per["messages"]), show(per["hops"]),
                100 * report["placement"]["saved"], show(per["synaptic_ops"]), show(per["busiest_core_synaptic_ops"]),
                show(per["cycles"]), energy(report, "static"), energy(report, "marginal"))
    return text + costs + write_refusals(refusals, len(results))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--model")
    parser.add_argument("--calibrate")
    parser.add_argument("--data")
    arguments, extra = parser.parse_known_args()
    results = {}
    networks = []
    if arguments.model:
        networks.append((pathlib.Path(arguments.model).stem, arguments.model, arguments.calibrate, arguments.data, extra))
    for model in sorted(MODELS.glob("*.onnx")):
        kind = model.stem.split("_")[0]
        networks.append((model.stem, model, MODELS / (kind + "_calibration.npz"), MODELS / (kind + "_test.npz"),
                         NORMALIZATION[kind]))
    for name, model, calibration, data, flags in networks:
        reports, problem, seconds = run_map(arguments.tool, model, calibration, data, arguments.images, flags)
        print("{}: {:.1f} s{}".format(name, seconds, "" if reports else ", " + problem), file=sys.stderr)
        results[name] = (reports, problem)
    head = PAGE.read_text().split(MARK)[0] if PAGE.exists() else "# Networks on core models\n\n"
    PAGE.write_text(head + MARK + "\n" + write_tables(results))


main()
