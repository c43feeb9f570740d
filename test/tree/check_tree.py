#!/usr/bin/env python3
"""Holds the shape of the source tree. Usage: check_tree.py ROOT

Includes follow the arrows of docs/architecture.md, no folder includes what includes it, some test has every error
message of the dialects, lines of pages are not too long, and neither are files without a reason.
"""

import graphlib
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])

# What each part may include of ours. The first part that a file's path begins with counts.
ARROWS = {
    "dialects": {"dialects", "snn"},
    "compiler": {"dialects", "compiler", "snn"},
    "targets/c/": {"dialects", "compiler", "targets", "snn"},  # prints exec; what the runtime plans is its own
    "targets": {"dialects", "compiler", "targets", "runtime", "snn"},
    "runtime": {"runtime", "snn"},
    "tools": {"dialects", "compiler", "targets", "runtime", "snn", "tools"},
}
PARTS = {"dialects", "compiler", "targets", "runtime", "snn", "tools"}
# Of the runtime: each layer may include itself and the ones before it.
LAYERS = ["support", "network", "kernels", "plan", "engine", "api"]
# Of the runtime's public headers ("snn/..."), those that are facts and not the engine: everyone may use them.
SHARED = {"snn/fixed.h", "snn/Functions.h", "snn/Functions.def", "snn/IndexMap.h", "snn/Bounds.h", "snn/SlidingWindow.h",
          "snn/Clip.h", "snn/Staircase.h"}

# Files may have this many lines. Those that may have more say why.
LINES = 400
LONG = {
    "compiler/options/Options.td": "a table of all options, one row each",
    "targets/c/kernels/snn_neurons.c": "one kernel after the other, in a file that generated projects name",
    "test/equivalence/RandomNetwork.cpp": "a generator for each operation",
    "test/runtime/ConvolutionTest.cpp": "one convolution, held to the plain loops in every way there is",
    "test/targets/c/EmitCTest.cpp": "one emitter, held to the runtime in every order there is",
}


def sources(folder, *endings):
    return sorted(path for ending in endings for path in (ROOT / folder).rglob("*" + ending))


def includes(*endings):
    """(file, line, what it includes) of all parts."""
    for part in ("dialects", "compiler", "targets", "runtime", "tools"):
        for path in sources(part, *endings):
            for line, text in enumerate(path.read_text().splitlines(), 1):
                found = re.match(r'\s*#?\s*include\s+["<]([^">]+)[">]', text)
                if found:
                    yield path.relative_to(ROOT).as_posix(), line, found[1]


def layer(name):
    """The number of the runtime's layer that a file is of, or None."""
    folders = name.split("/")
    return LAYERS.index(folders[2]) if folders[:2] == ["runtime", "src"] else None


def check_includes():
    wrong = []
    for name, line, include in includes(".h", ".cpp", ".c", ".def"):
        allowed = next(arrows for prefix, arrows in ARROWS.items() if name.startswith(prefix))
        part, top = name.split("/")[0], include.split("/")[0]
        isForeign = part == "runtime" and top in ("mlir", "llvm")
        isOurs = top in PARTS and "/" in include
        engine = top == "snn" and include not in SHARED and part in ("dialects",)
        isAbove = layer(include) is not None and layer(name) is not None and layer(include) > layer(name)
        if isForeign or engine or isAbove or (isOurs and top not in allowed):
            wrong.append(f"{name}:{line}: must not include {include}")
    return wrong


def check_circles():
    graph = {}
    for name, _, include in includes(".h", ".cpp", ".c", ".def", ".td"):
        here, there = name.rpartition("/")[0], include.rpartition("/")[0]
        if include.split("/")[0] in PARTS - {"snn"} and here != there:
            graph.setdefault(here, set()).add(there)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as circle:
        return ["folders include each other in a circle: " + " <- ".join(circle.args[1])]
    return []


def literals(text):
    """The pieces of each error message: the string literals between emit...Error and the semicolon."""
    for start in re.finditer(r"\b(?:emitOpError|emitError|error)\(\s*(?:\w*)\s*\)\s*<<", text):
        statement = text[start.end():]
        statement = statement[:statement.find(";\n")]
        joined = re.sub(r'"\s*\n\s*"', "", statement)
        pieces = re.findall(r'"((?:[^"\\]|\\.)*)"', joined)
        yield max(pieces, key=len, default="")


def check_messages():
    tests = "\n".join(path.read_text() for path in sources("test", ".mlir", ".test", ".py", ".cpp"))
    wrong = []
    for path in sources("dialects", ".cpp"):
        for piece in literals(path.read_text()):
            piece = piece.replace('\\"', '"').strip()
            if len(piece) > 8 and piece not in tests:
                wrong.append(f"{path.relative_to(ROOT).as_posix()}: no test has the message '{piece}'")
    return wrong


def check_lines():
    """Lines of pages are at most 130 long, but for tables and what is shown as it is."""
    wrong = []
    for path in [*sources("docs", ".md"), ROOT / "README.md", ROOT / "CHANGELOG.md"]:
        for line, text in enumerate(path.read_text().splitlines(), 1):
            if len(text) > 130 and not text.startswith(("|", "    ")):
                wrong.append(f"{path.relative_to(ROOT).as_posix()}:{line}: is {len(text)} characters long, more than 130")
    return wrong


def check_length():
    """No file is longer than others without a reason, and none has a reason that needs none."""
    wrong, long = [], set()
    for part in sorted(PARTS - {"snn"}) + ["test"]:
        for path in sources(part, ".h", ".cpp", ".c", ".td", ".def", ".fbs", ".py"):
            name, count = path.relative_to(ROOT).as_posix(), len(path.read_text().splitlines())
            if count > LINES:
                long.add(name)
                if name not in LONG:
                    wrong.append(f"{name}: has {count} lines, more than {LINES}; cut it, or say why not (LONG)")
    return wrong + [f"{name}: has no more than {LINES} lines, and needs no reason (LONG)" for name in sorted(LONG.keys() - long)]


wrong = check_includes() + check_circles() + check_messages() + check_lines() + check_length()
print("\n".join(wrong) or "nothing to complain about")
sys.exit(1 if wrong else 0)
