#!/usr/bin/env python3
"""Holds that no function of C and C++ is longer than 60 lines without a reason. Usage: check_functions.py ROOT

A function is what stands between braces behind a head with parentheses, in a file, a namespace or a class. Its lines are
counted from the first one of its head.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
FOLDERS = ("compiler", "dialects", "runtime", "targets", "test", "tools")
LINES = 60
# By file, words of their heads: why they are longer.
LONG = {
    ("compiler/reference/Evaluator.cpp", "getHandlers"): "a table, a line for each operation",
    ("compiler/reference/Functions.cpp", "double evaluate"): "a table, a line for each function",
}
# Comments and texts, which hold braces of their own.
OTHER = re.compile(
    r"//[^\n]*|/\*.*?\*/|R\"(\w*)\(.*?\)\1\"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'", re.S)
SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b[^()]*$")


def blank(match):
    return re.sub(r"[^\n]", " ", match.group(0))


def list_functions(text):
    """First and last line, and head, of each."""
    text = OTHER.sub(blank, text)
    text = re.sub(r"^[ \t]*#.*(?:\\\n.*)*", blank, text, flags=re.M)
    open_braces, begin = [], 0  # what each brace is, in scopes where a head begins
    for at, char in enumerate(text):
        in_scope = not open_braces or open_braces[-1][0] == "scope"
        if char == ";" and in_scope:
            begin = at + 1
        elif char == "{":
            head = text[begin:at]
            first = text.count("\n", 0, begin) + 1 + head[: len(head) - len(head.lstrip())].count("\n")
            kind = "inner" if not in_scope else "scope" if SCOPE.search(head) else "function" if "(" in head else "other"
            open_braces.append((kind, first, head.strip()))
            if kind == "scope":
                begin = at + 1
        elif char == "}" and open_braces:
            kind, first, head = open_braces.pop()
            if kind == "function":
                yield first, text.count("\n", 0, at) + 1, head
            if not open_braces or open_braces[-1][0] == "scope":
                begin = at + 1


wrong, used, count = [], set(), 0
for folder in FOLDERS:
    for path in sorted((ROOT / folder).rglob("*")):
        if path.suffix not in {".h", ".cpp", ".c"}:
            continue
        name = path.relative_to(ROOT).as_posix()
        for first, last, head in list_functions(path.read_text()):
            count += 1
            if last - first < LINES:
                continue
            reasons = {key for key in LONG if key[0] == name and key[1] in head}
            used |= reasons
            if not reasons:
                wrong.append(f"{name}:{first}: a function of {last - first + 1} lines, more than {LINES}, without a reason (LONG)")
wrong += [f"{name}: {head}: needs no reason (LONG)" for name, head in sorted(LONG.keys() - used)]
print("\n".join(wrong) or f"none of {count} functions is too long without a reason")
sys.exit(1 if wrong or count < 1000 else 0)
