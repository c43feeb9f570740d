#!/usr/bin/env python3
"""Tests scripts/check-commits: on messages, and in clones with and without history. Usage: check_commits_test.py ROOT"""

import pathlib
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(sys.argv[1]).resolve() / "scripts" / "check-commits"
GIT = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"]


def check(words, folder, wanted):
    """Whether the script finds just one thing wrong, `wanted`, or nothing."""
    done = subprocess.run([sys.executable, SCRIPT, *words], cwd=folder, capture_output=True, text=True, check=False)
    found = done.stderr.strip()
    if (done.returncode != 0) != bool(wanted) or wanted not in found or found.count("\n"):
        sys.exit(f"check-commits {words} in {folder}: exit code {done.returncode}, '{found}', but should say '{wanted}'")


def git(folder, *words):
    subprocess.run([*GIT, *words], cwd=folder, check=True, capture_output=True)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    message = folder / "message"
    for title, wanted in (("runtime: events are bits", ""), ("docs, test: what is promised", ""), ("targets/c: named state", ""),
                          ("Merge branch 'x'", ""), ("Formatting", "does not begin with its area"),
                          ("Runtime: events are bits", "does not begin with its area"),
                          ("runtime: " + "e" * 64, "has 73 characters, of 72 at most"), ("runtime: " + "e" * 63, "")):
        message.write_text(title + "\n\nwhy: because\n")
        check(["--message", message], folder, wanted)
        check([message], folder, wanted)
    check([], folder, "")  # no repository
    origin, full, shallow = folder / "origin", folder / "full", folder / "shallow"
    git(folder, "init", "-q", "-b", "main", str(origin))
    for title in ("No area", "docs: one"):
        git(origin, "commit", "-q", "--allow-empty", "-m", title)
    git(folder, "clone", "-q", str(origin), str(full))
    git(folder, "clone", "-q", "--depth", "1", f"file://{origin}", str(shallow))
    for clone in (full, shallow):
        check([], clone, "")  # the last commit, of what is all upstream's
        git(clone, "commit", "-q", "--allow-empty", "-m", "No area either")
        git(clone, "commit", "-q", "--allow-empty", "-m", "docs: two")
        check([], clone, "'No area either' does not begin")  # one of two that upstream has not
        check(["HEAD~1..HEAD"], clone, "")
