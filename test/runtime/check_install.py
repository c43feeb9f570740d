#!/usr/bin/env python3
"""Installs the runtime and uses it as others do: check_install.py --help

- Each public header compiles alone, from the folder where it was installed.
- The programs of runtime/examples are those that the guide shows, and build with find_package(snn) and pkg-config.
- They say the same as each other and as `snnc run`, whatever the number of threads; and what is wrong, in one line.
"""

import argparse
import json
import os
import pathlib
import shlex
import shutil
import struct
import subprocess
import sys

IMAGES = 2
parser = argparse.ArgumentParser()
parser.add_argument("--source", type=pathlib.Path, required=True, help="the root of the source tree")
parser.add_argument("--build", type=pathlib.Path, required=True, help="the build to install from")
parser.add_argument("--snnc", help="the driver; without it no network is run")
parser.add_argument("--cmake", default="cmake")
parser.add_argument("--generator", default="Ninja", help="of CMake")
parser.add_argument("--cc", default="cc")
parser.add_argument("--cxx", default="c++")
parser.add_argument("--flags", default="", help="for compiling and linking, such as those of sanitizers")
parser.add_argument("--toolchain", help="CMake's toolchain file, when this is another machine's compiler")
parser.add_argument("--emulator", default="", help="what runs the compiled programs there")
options = parser.parse_args()
examples = options.source / "runtime/examples"
models = options.source / "test/models"
work = options.build / "test/runtime/install"
prefix = work / "prefix"
sys.path.insert(0, str(options.source / "test/Inputs"))
import read_npz


def run(*command, expect=0, **keywords):
    """Standard output; when the exit code is another than expected, fails with all that was said."""
    result = subprocess.run([str(word) for word in command], text=True, capture_output=True, **keywords)
    if result.returncode != expect:
        sys.exit(f"{shlex.join(map(str, command))}\ngave {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stderr if expect else result.stdout


def require(isTrue, message):
    if not isTrue:
        sys.exit(message)


def check_headers():
    warnings = ["-Wall", "-Wextra", "-Wno-unused-function", "-pedantic", "-Werror", "-fsyntax-only"]
    include = ["-I", prefix / "include"]
    headers = sorted((prefix / "include/snn").glob("*.h"))
    require(len(headers) > 5, f"no headers were installed in {prefix}")
    for header in headers:
        run(options.cxx, "-std=c++17", *warnings, *include, "-include", header, "-x", "c++", "/dev/null")
    for name in ("snn.h", "fixed.h"):
        header = prefix / "include/snn" / name
        run(options.cc, "-std=c99", "-Wstrict-prototypes", *warnings, *include, "-include", header, "-x", "c", "/dev/null")


def check_guide():
    guide = (options.source / "docs/guides/runtime.md").read_text()
    for path in sorted(examples.iterdir()):
        shown = "".join("    " + line if line.strip() else line for line in path.read_text().splitlines(True))
        require(shown in guide, f"docs/guides/runtime.md does not show {path.name} as it is")


def build_examples():
    """The commands that run the example programs, by name."""
    build = work / "build"
    settings = [f"-DCMAKE_PREFIX_PATH={prefix}", f"-DCMAKE_C_FLAGS={options.flags}", f"-DCMAKE_CXX_FLAGS={options.flags}"]
    if options.toolchain:
        settings.append(f"-DCMAKE_TOOLCHAIN_FILE={options.toolchain}")
    else:
        settings += [f"-DCMAKE_C_COMPILER={options.cc}", f"-DCMAKE_CXX_COMPILER={options.cxx}"]
    run(options.cmake, "-G", options.generator, "-S", examples, "-B", build, *settings)
    run(options.cmake, "--build", build)
    programs = {"classify": build / "classify", "classify-c": build / "classify-c"}
    if options.toolchain or not shutil.which("pkg-config"):
        print("pkg-config: not tried, " + ("it would find this machine's libraries" if options.toolchain else "not installed"))
    else:
        paths = [str(path.parent) for path in prefix.glob("**/pkgconfig/snn.pc")]
        environment = {**os.environ, "PKG_CONFIG_PATH": ":".join(paths)}
        flags = run("pkg-config", "--cflags", "--libs", "snn", env=environment).split()
        program = programs["by pkg-config"] = work / "classify-pkgconfig"
        run(options.cc, "-std=c99", *options.flags.split(), *flags, "-c", examples / "classify.c", "-o", f"{program}.o")
        # The sanitizers of C++ come with its compiler; all else is in the flags.
        linker = options.cxx if options.flags else options.cc
        run(linker, *options.flags.split(), f"{program}.o", *flags, "-o", program)
    emulator = [word for word in options.emulator.split(";") if word]
    return {name: [*emulator, program] for name, program in programs.items()}


def check_network(programs, name, *flags):
    network = work / f"{name}.snnb"
    run(options.snnc, "compile", models / f"{name}.onnx", "--calibrate", models / "digits_calibration.npz", "-o", network, *flags)
    events = {}
    for index in range(IMAGES):
        numbers = read_npz.read_image(models / "digits_test.npz", index)
        results = {(program, threads): run(*command, network, threads, input=numbers)
                   for program, command in programs.items() for threads in (1, 2)}
        first = results["classify", 1]
        for who, result in results.items():
            require(result == first, f"{name}: {who} says\n{result}and classify\n{first}")
        lines = [line.split() for line in first.splitlines()]
        outputs = [float(line[1]) for line in lines if line[0] == "output"]
        require(int(lines[0][1]) == outputs.index(max(outputs)), f"{name}: not the largest output's class\n{first}")
        for line in lines:
            if line[0] == "layer":
                events[line[1]] = events.get(line[1], 0) + int(line[2])

        logits = work / "logits.npy"
        report = json.loads(run(options.snnc, "run", network, "--data", models / "digits_test.npz", "--limit", index + 1,
                                "--logits", logits, "--json", "-"))
        theirs = read_npz.read_npy(logits.read_bytes())[1][-len(outputs):]
        ours = struct.unpack(f"<{len(outputs)}f", struct.pack(f"<{len(outputs)}f", *outputs))
        require(ours == theirs, f"{name}: image {index} gives {ours}, snnc run {theirs}")
    for layer in report["layers"]:
        found, wanted = events[layer["name"] + ":"], layer["events"] * IMAGES
        require(abs(found - wanted) < 0.01, f"{name}: {layer['name']} sends {found} events, of snnc run {wanted}")


def check_stream():
    """The programs that follow frames give what `snnc run --stream` does."""
    network, frames = work / "stream.snnb", work / "frames.raw"
    run(options.snnc, "compile", models / "digits_cnn.onnx", "--calibrate", models / "digits_calibration.npz", "-o", network,
        "--schedule", "dyadic:0.5,1,6", "--code", "ternary:0.66", "--skew", "2")
    images = [[round(255 * float(x)) for x in read_npz.read_image(models / "digits_test.npz", i).split()] for i in range(2)]
    frames.write_bytes(b"".join(bytes(images[i]) for i in (0, 0, 1, 0)))
    found = {}
    emulator = [word for word in options.emulator.split(";") if word]
    for name in ("follow", "follow-c"):
        with open(frames, "rb") as file:
            done = subprocess.run([*emulator, work / "build" / name, network], stdin=file, capture_output=True, text=True)
        require(done.returncode == 0, f"{name}: {done.stderr}")
        found[name] = done.stdout
    require(found["follow"] == found["follow-c"], f"follow says\n{found['follow']}and follow-c\n{found['follow-c']}")
    with open(frames, "rb") as file:
        report = json.loads(subprocess.run([options.snnc, "run", network, "--stream", "-", "--json", "-"], stdin=file,
                                           check=True, stdout=subprocess.PIPE).stdout)
    events = [int(line.split()[-2]) for line in found["follow"].splitlines()]
    require(events == [frame["events"] for frame in report["frames"]], f"other events than of snnc run: {events}")
    require(len(events) == 4 and 0 <= events[1] < events[0] / 4, f"a still frame has {events[1]} events")


shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
run(options.cmake, "--install", options.build, "--prefix", prefix, "--component", "runtime")
check_headers()
check_guide()
programs = build_examples()
for name, command in programs.items():
    message = run(*command, "gone.snnb", expect=1, cwd=work)
    require(message.endswith(": gone.snnb: cannot be opened: No such file or directory\n"), f"{name}: {message}")
if options.snnc:
    check_network(programs, "digits_cnn")
    check_network(programs, "digits_mlp", "--schedule", "dyadic:0.5,1,6", "--code", "ternary", "--skew", "1", "--quantize")
    check_stream()
    (work / "damaged.snnb").write_bytes((work / "digits_mlp.snnb").read_bytes()[:1000])
    for name, command in programs.items():
        message = run(*command, "damaged.snnb", expect=1, cwd=work)
        require(": damaged.snnb: " in message and message.count("\n") == 1, f"{name}: {message}")
        message = run(*command, "digits_mlp.snnb", expect=1, cwd=work, input="0 0.5 1")
        require(message.endswith("the network takes 64 numbers\n"), f"{name}: {message}")
