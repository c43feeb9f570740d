"""JSON and SVG that other programs can read: check_texts.py FILE.json|FOLDER ..."""

import json
import pathlib
import sys
import xml.etree.ElementTree

for path in map(pathlib.Path, sys.argv[1:]):
    for file in [path] if path.is_file() else sorted(path.glob("*.json")):
        json.loads(file.read_bytes().decode())
    if path.is_dir():
        xml.etree.ElementTree.parse(path / "placement.svg")
