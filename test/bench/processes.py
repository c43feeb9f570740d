"""Runs a command and says what it took."""

import os
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple


class Usage(NamedTuple):
    seconds: float  # by the wall clock
    processor: float  # seconds of the processor
    memory: int  # bytes, the most that the process had in RAM


def measure(*command):
    """Ends the script with the command's last line where it fails."""
    command = list(map(str, command))
    with tempfile.TemporaryFile("w+") as messages:
        begin = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=messages)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begin
        messages.seek(0)
        said = messages.read().strip().splitlines()
    if status != 0:
        sys.exit(f"{' '.join(command)}: {said[-1] if said else 'failed'}")
    return Usage(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)
