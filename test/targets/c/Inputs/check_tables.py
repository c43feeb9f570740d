"""Compares the bytes of tables in a report with those of read-only data in an object file. Usage: REPORT.json NETWORK.o"""

import json
import subprocess
import sys

report = json.load(open(sys.argv[1]))["firmware"]
sections = subprocess.run(["arm-none-eabi-size", "-A", sys.argv[2]], capture_output=True, text=True, check=True).stdout
found = sum(int(line.split()[1]) for line in sections.splitlines() if line.startswith(".rodata"))
print(f"{report['flash'] - report['code'] - found:.0f} bytes more than {found}")
