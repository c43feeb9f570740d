"""Holds generated C to MISRA C: every rule that cppcheck finds broken is one that the guide lists.

usage: misra.py GUIDE FILE...
"""
import pathlib
import re
import subprocess
import sys

guide = pathlib.Path(sys.argv[1]).read_text()
# By one path each: a header that cppcheck knows by two counts as two, which define the same types.
files = [pathlib.Path(name).resolve() for name in sys.argv[2:]]
section = guide.split("## MISRA C\n")[1].split("\n## ")[0]
accepted = set(re.findall(r"\b(\d+\.\d+)\b", section.split("reports", 1)[1]))
found = subprocess.run(["cppcheck", "--addon=misra", "--quiet", "--max-configs=1", "--template={file}:{line}: {id}", *files],
                       capture_output=True, text=True)
if found.returncode != 0:
    sys.exit(found.stdout + found.stderr)
findings = re.findall(r"^(.*): misra-c2012-(\d+\.\d+)$", found.stderr, re.MULTILINE)
for place, rule in findings:
    if rule not in accepted:
        print(f"{pathlib.Path(place).name}: rule {rule} is broken, and not accepted")
print(f"{len(findings)} findings")
