# RUN: %python %s %t | FileCheck %s
"""Every operator that is imported converts on its own: what `snnc check` says of a network of one node."""
import json

from onnx_writer import *
from operator_cases import CASES, HEADS, get_initializers, get_nodes

for case in CASES + HEADS:
    model(case.op, get_nodes(case), inputs=[("x", ["N", *case.shape])], initializers=get_initializers(case),
          opset=case.opset)
    result = subprocess.run(["snnc", "check", FOLDER / (case.op + ".onnx"), "--json", "-"],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(f"{case.op}: refused: {result.stdout}{result.stderr}", flush=True)
    else:
        found = json.loads(result.stdout)["nodes"][-1]
        print(f"{case.op}: {found['verdict']} {found['note']}".strip(), flush=True)

# No operator that can be imported is missing above.
model("None", [node("None", ["x"], ["y"])])
result = subprocess.run(["snnc", "check", FOLDER / "None.onnx"], capture_output=True, text=True,
                        check=False)
listed = result.stdout.splitlines()[-1].partition(": ")[2].split(", ")
print("not tried:", *sorted(set(listed) - {case.op for case in CASES + HEADS}))
# CHECK-NOT: refused
# CHECK: ConvTranspose: exact
# CHECK: Erf: exact
# CHECK: LayerNormalization: decomposed into {{.*}}norm
# CHECK: Softmax: exact behind the decoder, for the host
# CHECK: ArgMax: exact behind the decoder, for the host
# CHECK-NOT: refused
# CHECK: not tried:{{$}}
