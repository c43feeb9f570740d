#!/usr/bin/env python3
"""Holds the labels of docs/spec (SNN-S1, FX-Q4). Usage: check_labels.py ROOT

Each is defined once, in bold or at the end of a line of formulas; stands at its check in the sources; and at a test of it.
"""

import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
LABEL = r"(?:SNN|FX)-[A-Z]\d+"
SOURCES = ("dialects", "compiler", "runtime", "targets")
ENDINGS = {".h", ".cpp", ".c", ".td", ".def", ".py", ".mlir", ".test"}


def read(folders):
    """The text of each file of ours, by its path."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in ENDINGS and path.resolve() != pathlib.Path(__file__).resolve():
                yield path, path.read_text(errors="replace")


def find_definitions():
    places = collections.defaultdict(list)
    for path in sorted((ROOT / "docs" / "spec").glob("*.md")):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for label in re.findall(rf"\*\*({LABEL})\*\*", line) + re.findall(rf"^    .*\(({LABEL})\)$", line):
                places[label].append(f"{path.relative_to(ROOT)}:{number}")
    return places


def find_citations(folders):
    """Where each label first stands."""
    places = {}
    for path, text in read(folders):
        for label in re.findall(rf"\b{LABEL}\b", text):
            places.setdefault(label, path.relative_to(ROOT).as_posix())
    return places


def find_bare():
    """Where a constraint has no label of its own (N6), or is cited without its prefix (docs/spec/snn.md, N6)."""
    for path in sorted((ROOT / "docs" / "spec").glob("*.md")):
        for label in re.findall(r"\*\*([A-Z]\d+)\*\*", path.read_text()):
            yield f"{path.relative_to(ROOT)}: {label} needs the prefix of its document (SNN-, FX-)"
    for path, text in read((*SOURCES, "test")):
        for label in re.findall(r"docs/spec/[\w-]+\.md, ([A-Z]\d+)\b", text):
            yield f"{path.relative_to(ROOT)}: {label} is cited without its prefix (SNN-, FX-)"


def check():
    defined, checked, tested = find_definitions(), find_citations(SOURCES), find_citations(["test"])
    wrong = [f"{label}: is defined in {' and '.join(places)}" for label, places in defined.items() if len(places) > 1]
    wrong += [f"{label}: no check in the sources cites it" for label in defined if label not in checked]
    wrong += [f"{label}: no test cites it" for label in defined if label not in tested]
    for places in (checked, tested):
        wrong += [f"{place}: {label} is not defined in docs/spec" for label, place in places.items() if label not in defined]
    wrong += find_bare()
    return sorted(wrong) or ([] if defined else ["docs/spec: there are no labels"])


found = check()
print("\n".join(found) or "every label is defined once, checked and tested")
sys.exit(1 if found else 0)
