#!/usr/bin/env python3
"""Two processes give what one gives, and end together. Usage: check_ranks.py SNNC MPIRUN MODELS"""

import json
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import time

SNNC, MPIRUN, MODELS = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
ENVIRONMENT = os.environ | {
    "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",  # a container's user is root
    "OMPI_MCA_rmaps_base_oversubscribe": "1",  # fewer processors than processes
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",  # not allowed in containers
    # MPI keeps memory until the end of a process.
    "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0",
}
# What two runs of one process differ in, too.
TIMES = {"seconds", "processor_seconds", "images_per_second", "threads", "threads_per_image", "peak_memory_bytes",
         "expected_memory_bytes"}
failed = []


def start(*commands):
    """One process for each command, under mpirun; a single one alone."""
    if len(commands) == 1:
        line = [SNNC, *commands[0]]
    else:
        line = [MPIRUN]
        for i, command in enumerate(commands):
            line += [":"] * (i > 0) + ["-n", "1", SNNC, *map(str, command)]
    return subprocess.Popen(list(map(str, line)), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True, cwd=folder)


def run(*commands, fails=False):
    process = start(*commands)
    try:
        out, err = process.communicate(timeout=300)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    if (process.returncode != 0) != fails:
        print(out, err)
        sys.exit(f"exit code {process.returncode}: {commands}")
    return out, err


def expect(what, isRight):
    print(("ok: " if isRight else "WRONG: ") + what)
    if not isRight:
        failed.append(what)


def withoutTimes(value):
    if isinstance(value, dict):
        return {key: withoutTimes(part) for key, part in value.items() if key not in TIMES}
    return [withoutTimes(part) for part in value] if isinstance(value, list) else value


def writeFrames(path):
    """Seven frames of 1x8x8 numbers that change here and there."""
    frames = [((i * 37 + 11 * (i % 5 == frame)) % 17) / 16 for frame in range(7) for i in range(64)]
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (7, 1, 8, 8), }"
    header += " " * (63 - (len(header) + 10) % 64) + "\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
                     + struct.pack(f"<{len(frames)}f", *frames))


def both(what, command, files, count=2):
    """Runs `command` with `{}` for the folder of what it writes, in one process and in several."""
    texts = []
    for name, processes in (("one", 1), ("two", count)):
        (folder / name).mkdir(exist_ok=True)
        mine = [str(part).replace("{}", str(folder / name)) for part in command]
        texts.append(run(*[mine] * processes)[0])
    for file in files:
        one, two = ((folder / name / file).read_bytes() for name in ("one", "two"))
        if file.endswith(".json"):
            one, two = (withoutTimes(json.loads(text)) for text in (one, two))
        expect(f"{what}: {file} is the same", one == two)
    return texts


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    model, calibration = MODELS / "digits_mlp.onnx", MODELS / "digits_calibration.npz"
    test = MODELS / "digits_test.npz"

    texts = both("compile", ["compile", model, "--calibrate", calibration, "--quantize", "--scale-per", "channel", "-o", "{}/p.snnb"], ["p.snnb"])
    expect("compile: one process prints", texts[0].replace("one/", "two/") == texts[1])
    program = folder / "one" / "p.snnb"
    for images, count in ((61, 2), (3, 2), (1, 2), (5, 3)):
        both(f"run of {images} images by {count}",
             ["run", program, "--data", test, "--limit", images, "--layer-errors", "--json", "{}/run.json", "--logits",
              "{}/outputs.npy", "--ann-logits", "{}/ann.npy"], ["run.json", "outputs.npy", "ann.npy"], count)
    both("early answers", ["run", program, "--data", test, "--limit", 30, "--stop-when", "confident", "--json",
                           "{}/stop.json"], ["stop.json"])
    both("tuning", ["compile", model, "--calibrate", calibration, "--tune", "events", "--budget", "agreement=0.9",
                    "--tune-images", 40, "--steps", 4, "--tune-state", "{}/state.json", "-o", "{}/t.snnb"],
         ["t.snnb", "state.json"])

    # --- cores of a chip as shares; 3 processes, so that they are not even
    for kind, data in (("images", ["--data", test, "--limit", 5]), ("a stream", ["--stream", "--data", "frames.npy"])):
        if kind == "a stream":
            writeFrames(folder / "frames.npy")
        both(f"cores on {kind}", ["map", model, "--calibrate", calibration, "--core", "all", *data, "--json", "{}/map.json",
                                  "-o", "{}/cores"], ["map.json"], 3)
        written, others = ({file.relative_to(folder / name / "cores"): file.read_bytes()
                            for file in (folder / name / "cores").rglob("*") if file.is_file()} for name in ("one", "two"))
        expect(f"cores on {kind}: {len(written)} files are the same", len(written) > 10 and written == others)

    good = ["run", program, "--data", test]
    _, err = run(["run", program, "--data", "missing.npz"], ["run", program, "--data", "missing.npz"], fails=True)
    expect("an error of all is said once", err.count("snnc: error: missing.npz: cannot be opened") == 1)
    _, err = run(good, ["run", program, "--data", "missing.npz"], fails=True)
    expect("the first says what another failed of",
           "snnc: error: process 2 of 2 failed: snnc: error: missing.npz: cannot be opened" in err)
    _, err = run(["run", program, "--data", "missing.npz"], good, fails=True)
    expect("the first says what it failed of itself", "snnc: error: missing.npz: cannot be opened" in err)
    for other in (["--stop-when", "confident"], ["--limit", 40], ["--layer-errors"]):
        _, err = run(good, good + other, fails=True)
        expect(f"processes that do different things ({other[0]}) are found out", "do not agree on what to do" in err)
    _, err = run(*[["run", program, "--stream", "--data", test]] * 2, fails=True)
    expect("a stream is for one process", "one process" in err)
    _, err = run(*[["map", model, "--calibrate", calibration, "--core", "generic", "--stream", "-"]] * 2, fails=True)
    expect("and so is standard input", "standard input reaches one process only" in err)

    # A process that dies takes all with it.
    process = start(*[["run", program, "--data", test, "--steps", 100000]] * 2)
    deadline = time.time() + 60
    victim = None
    while victim is None and time.time() < deadline:
        children = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        victim = int(children[-1]) if len(children) == 2 else None
        time.sleep(0.05)
    time.sleep(0.5)
    os.kill(victim, signal.SIGKILL)
    try:
        _, err = process.communicate(timeout=60)
        expect("a process that dies ends the run with a message", process.returncode != 0 and "signal 9" in err)
    except subprocess.TimeoutExpired:
        process.kill()
        expect("a process that dies ends the run", False)

sys.exit(1 if failed else 0)
