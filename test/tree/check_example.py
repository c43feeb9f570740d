#!/usr/bin/env python3
"""Holds the example of docs/architecture.md: its files are those that name snn.gather. Usage: check_example.py ROOT

Knowledge of a kind of synapse belongs in its interfaces. A file that names one more is a switch over kinds in another place.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
FOLDERS = ("dialects/snn", "dialects/exec", "dialects/core", "targets", "runtime", "tools") + tuple(
    f"compiler/{name}" for name in ("convert", "evaluate", "quantize", "reference", "schedule", "tune"))
ENDINGS = {".h", ".cpp", ".c", ".td", ".def", ".fbs"}
NAMES = re.compile(r"snn::GatherOp|SNN_GatherOp|(?<!:)\bGatherOp::|GatherAttr|Body_Gather|\bGather\b")
# Those that make one of another operation.
MAKERS = {f"compiler/convert/{name}.cpp" for name in ("ConvertANNToSNN", "ExpandIndexMaps", "LowerShape")}


def list_example():
    """The files in the table of the worked example."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    start = text.index("## A new synapse, from dialect to C")
    table = [line for line in text[start : text.index("\n## ", start)].splitlines() if line.startswith("|")]
    return {name for line in table for name in re.findall(r"`([\w/]+\.\w+)`", line)}


def list_named():
    paths = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in ENDINGS)
    return {path.relative_to(ROOT).as_posix() for path in paths if NAMES.search(path.read_text(errors="replace"))} - MAKERS


listed, named = list_example(), list_named()
wrong = [f"{name}: names snn.gather, and is not in the example of docs/architecture.md" for name in sorted(named - listed)]
wrong += [f"docs/architecture.md: {name} does not name snn.gather" for name in sorted(listed - named)]
print("\n".join(wrong) or f"the example names the {len(named)} files of a synapse")
sys.exit(1 if wrong else 0)
