# RUN: %python %s %t | FileCheck %s
"""Several outputs, heads behind decoders, and several inputs: the outputs of ONNX Runtime, in real numbers and integers."""
import json
import re
import zipfile

from onnx_writer import *
from output_networks import DATA, SAMPLES, write_inputs, write_outputs
from read_npz import read_npy
from write_npy import npy_bytes

# What ONNX Runtime 1.30 gives, with graph optimizations off.
OUTPUTS = {
    "p": [0.144782, 0.438725, 0.416493, 0.114684, 0.364643, 0.520672, 0.244794, 0.30562, 0.449586, 0.751636, 0.188564,
          0.0598, 0.515869, 0.27626, 0.207871, 0.112259, 0.406734, 0.481008],
    "logits": [-0.365967, 0.742676, 0.690674, -0.336914, 0.819824, 1.176025, 1.830322, 2.052246, 2.438232, 3.079834,
               1.697021, 0.548584, 1.195068, 0.570557, 0.286133, -0.351318, 0.936035, 1.10376],
    "class": [1, 2, 2, 0, 0, 2],
    "h": [0, 0.167969, 0, 1.171875, 0, 0, 0, 0, 0.113281, 1.050781, 0, 1.878906, 0, 0, 0, 0, 0, 0, 0, 0.039062, 1.75,
          0.925781, 1.238281, 1.320312, 0, 0, 1.011719, 0, 1.667969, 1.601562, 0.621094, 1.570312, 0, 0.292969,
          0.765625, 0.066406, 0.53125, 0.296875, 0, 1.054688, 0, 0.683594, 0, 1.734375, 0, 0, 0, 0],
    "gate": [0.324771, 0.25992, 0.278551, 0.391871, 0.544317, 0.554832, 0.378287, 0.151122, 0.283533, 0.318379,
             0.547041, 0.715772, 0.916987, 0.604924, 0.895134, 0.876344, 0.847527, 0.414721, 0.965045, 0.386763,
             0.917377, 0.689724, 0.639624, 0.149656, 0.835819, 0.446012, 0.565839, 0.593727, 0.521045, 0.318538,
             0.331228, 0.167559, 0.263505, 0.342902, 0.538498, 0.669637],
    "x": DATA["x"][1]}
Y = [1.958596, 0.322688, -0.313939, -0.671244, 1.765405, 0.715139, 0.368517, -1.135315, 1.444839, 0.593134, 1.803496,
     0.243084]

# Options of the compiler, and what an output may be off by, as a share of its largest.
FORMS = {"real": (["--code", "sign", "--schedule", "exponential:0.15,0.95", "--steps", "64"], 0.06),
         "integer": (["--quantize", "--code", "ternary", "--schedule", "dyadic:0.5,1,8", "--skew", "1",
                      "--state-bits", "32"], 0.1),
         "rates": (["--dynamics", "subgradient", "--steps", "256"], 0.1)}


def write_data(name, arrays):
    with zipfile.ZipFile(FOLDER / name, "w") as file:
        for array, (shape, values) in arrays.items():
            file.writestr(array + ".npy", npy_bytes([SAMPLES, *shape], values))


def read(name):
    return list(read_npy((FOLDER / name).read_bytes())[1])


def error_of(found, wanted):
    assert len(found) == len(wanted), f"{len(found)} numbers, not {len(wanted)}"
    return max(abs(a - b) for a, b in zip(found, wanted)) / max(abs(b) for b in wanted)


def compile_network(network, *flags):
    return snnc("compile", FOLDER / f"{network}.onnx", "--calibrate", FOLDER / "data.npz", "-o",
                FOLDER / "net.snnb", *flags)


def run(*flags):
    return snnc("run", FOLDER / "net.snnb", "--data", FOLDER / "data.npz", "--logits", FOLDER / "out.npy",
                "--ann-logits", FOLDER / "ann.npy", *flags)


def file_of(kind, outputs, name):
    return f"{kind}.npy" if name == next(iter(outputs)) else f"{kind}-{name}.npy"


def judge(form, outputs, bound):
    """The ANN gives what ONNX Runtime gives, the spiking network nearly so, after its last step."""
    for name, wanted in outputs.items():
        found = read(file_of("out", outputs, name))[-len(wanted):]
        exact = error_of(read(file_of("ann", outputs, name)), wanted)
        good = exact <= (0.05 if form == "integer" else 1e-5) and (name == "class" or error_of(found, wanted) <= bound)
        print(form, name, "right" if good else f"wrong: {exact}, {error_of(found, wanted)}", flush=True)


write_outputs("outputs")
write_inputs("inputs")
write_data("data.npz", {**DATA, "more": ([1], [0.0] * SAMPLES)})
for form, (flags, bound) in FORMS.items():
    compile_network("outputs", *flags)
    run()
    judge(form, OUTPUTS, bound)
# CHECK: real p right
# CHECK-NEXT: real logits right
# CHECK-NEXT: real class right
# CHECK-NEXT: real h right
# CHECK-NEXT: real gate right
# CHECK-NEXT: real x right
# CHECK-NEXT: integer p right
# CHECK-NEXT: integer logits right
# CHECK-NEXT: integer class right
# CHECK-NEXT: integer h right
# CHECK-NEXT: integer gate right
# CHECK-NEXT: integer x right
# CHECK-NEXT: rates p right
# CHECK-NEXT: rates logits right
# CHECK-NEXT: rates class right
# CHECK-NEXT: rates h right
# CHECK-NEXT: rates gate right
# CHECK-NEXT: rates x right

# The report has each output, by its name.
compile_network("outputs", *FORMS["real"][0])
print("outputs:", *(output["name"] for output in json.loads(run("--json", "-"))["outputs"]))
# CHECK-NEXT: outputs: p logits class h gate x

# Some outputs, in the order that is asked for, and as spikes.
compile_network("outputs", *FORMS["real"][0], "--output-name", "gate", "--output-name", "p", "--head", "spikes")
print("neurons:", sum(layer["neurons"] for layer in json.loads(run("--json", "-"))["layers"]))
judge("spikes", {name: OUTPUTS[name] for name in ("gate", "p")}, 0.06)
# CHECK-NEXT: neurons: {{[1-9][0-9][0-9]*}}
# CHECK-NEXT: spikes gate right
# CHECK-NEXT: spikes p right

# C and its header: numbers before heads, one output after another.
compile_network("outputs", *FORMS["integer"][0])
print(snnc("emit", "c", FOLDER / "net.snnb", "-o", FOLDER / "c", "--name", "net", "--data", FOLDER / "data.npz"))
header = (FOLDER / "c" / "net.h").read_text()
print(*re.findall(r" \*   .*: from .*|#define .*OUTPUT.*", header), sep="\n")
# CHECK: p: from 0 on, 3 of {{[0-9]+}} fraction bits (value = number / 2^{{[0-9]+}}); before softmax, which leaves the largest the largest
# CHECK-NEXT: h: from 3 on, 8 of {{[0-9]+}} fraction bits
# CHECK-NEXT: gate: from 11 on, 6 of {{[0-9]+}} fraction bits (value = number / 2^{{[0-9]+}}); before sigmoid, which gives more than 1/2 where they are above 0
# CHECK-NEXT: x: from 17 on, 4 of {{[0-9]+}} fraction bits
# CHECK-NEXT: #define net_OUTPUT_SIZE 21U
# CHECK-NEXT: #define net_OUTPUT_BITS 32
# CHECK-NEXT: #define net_OUTPUT_IS_CLASS 0
# CHECK-NEXT: #define net_OUTPUT_FRACTION
# CHECK-NEXT: #define net_FIRST_OUTPUT_SIZE 3U
# CHECK-NEXT: #define net_OUTPUT_AT_P 0U
# CHECK-NEXT: #define net_OUTPUT_SIZE_P 3U
# CHECK-NEXT: #define net_OUTPUT_FRACTION_P
# CHECK-NEXT: #define net_OUTPUT_AT_H 3U

# Inputs by their names; one that nothing reads is not asked for.
for form in ("real", "integer"):
    compile_network("inputs", *FORMS[form][0])
    run()
    judge(form, {"y": Y}, FORMS[form][1])
# CHECK: real y right
# CHECK-NEXT: integer y right


def refuse(*arguments):
    result = subprocess.run(["snnc", *arguments], capture_output=True, text=True, check=False)
    print(result.returncode, len(result.stderr.splitlines()), result.stderr, flush=True)


write_data("half.npz", {"image": DATA["image"], "x": DATA["x"]})
refuse("run", FOLDER / "net.snnb", "--data", FOLDER / "half.npz")
# CHECK-NEXT: 1 1 snnc: error: {{.*}}half.npz: has no array 'facts'; the network has the inputs 'image' (2, 3, 3), 'facts' (3,), and takes an array (N, ...) by the name of each (this file has image, x)
write("x.npy", npy_bytes([SAMPLES, 21], [0.0] * 21 * SAMPLES))
refuse("run", FOLDER / "net.snnb", "--data", FOLDER / "x.npy")
# CHECK: 1 1 snnc: error: {{.*}}x.npy: the network has the inputs 'image' (2, 3, 3), 'facts' (3,); give a .npz file with an array (N, ...) by the name of each
refuse("compile", FOLDER / "inputs.onnx", "--calibrate", FOLDER / "data.npz", "--mean", "0.5", "-o", FOLDER / "none.snnb")
# CHECK: 1 1 snnc: error: --mean and --std are for a network with one input, {{.*}}inputs.onnx has several; normalize the data of each
refuse("compile", FOLDER / "outputs.onnx", "--calibrate", FOLDER / "data.npz", "--output-name", "q", "-o", FOLDER / "none.snnb")
# CHECK: 1 1 snnc: error: {{.*}}outputs.onnx: has no output 'q'; its outputs are p, logits, class, h, gate, x

# On cores: the simulator's outputs are the runtime's, and those of the C are the simulator's.
mapped = json.loads(snnc("map", FOLDER / "outputs.onnx", "--calibrate", FOLDER / "data.npz", "--core", "generic",
                         "-o", FOLDER / "chip", "--data", FOLDER / "data.npz", "--json", "-", *FORMS["integer"][0][1:]))
print("exact samples:", mapped[0]["exact_samples"])
# CHECK: exact samples: 6
print(subprocess.run(["make", "-s", "-C", FOLDER / "chip", "CFLAGS=-O1", "run"], capture_output=True, text=True,
                     check=False).stdout)
# CHECK: 6 of 6 samples with the outputs of the simulator
