# RUN: %python %s %t | FileCheck %s
"""Every operator that is imported converts on its own: what `snnc check` says of a network of one node."""
import json

from onnx_writer import *

IMAGE, ROW, SEQUENCE = ["N", 2, 4, 4], ["N", 4], ["N", 3, 4]
W4 = [tensor("w", [4, 4], 0.5)]
ONES = [tensor(name, [2], 1.0) for name in ("s", "b", "m", "v")]
TWO = [tensor("c", [], [2.0])]


def with_relu(op, **attributes):
    """A second activation beside the input."""
    return [node("Relu", ["x"], ["s"], name="before"), node(op, ["s", "x"], ["y"], **attributes)]


def one(op, shape=ROW, inputs=("x",), initializers=(), opset=20, **attributes):
    return op, [node(op, list(inputs), ["y"], **attributes)], shape, list(initializers), opset


CASES = [
    one("Abs"), ("Add", with_relu("Add"), ROW, [], 20),
    one("AveragePool", IMAGE, kernel_shape=[2, 2]),
    one("BatchNormalization", IMAGE, ("x", "s", "b", "m", "v"), ONES),
    one("Cast", to=FLOAT), one("Clip", inputs=("x", "lo", "hi"),
                               initializers=[tensor("lo", [], [-1.0]), tensor("hi", [], [1.0])]),
    ("Concat", with_relu("Concat", axis=1), ROW, [], 20),
    one("Conv", IMAGE, ("x", "w"), [tensor("w", [3, 2, 2, 2], 0.5)]),
    one("ConvTranspose", IMAGE, ("x", "w"), [tensor("w", [2, 3, 2, 2], 0.5)], strides=[2, 2]),
    one("Div", inputs=("x", "c"), initializers=TWO), one("Dropout"), one("Elu"), one("Erf"), one("Exp"),
    one("Expand", ["N", 1, 4], ("x", "shape"), [ints("shape", [1, 3, 4])]),
    one("Flatten", IMAGE), one("Gather", inputs=("x", "i"), initializers=[ints("i", [3, 0])], axis=1),
    one("Gelu"), one("Gemm", inputs=("x", "w"), initializers=W4), one("GlobalAveragePool", IMAGE),
    one("GlobalMaxPool", IMAGE),
    one("GroupNormalization", IMAGE, ("x", "s", "b"), ONES, opset=21, num_groups=1),
    one("HardSigmoid"), one("HardSwish"), one("Identity"),
    one("InstanceNormalization", IMAGE, ("x", "s", "b"), ONES),
    one("LayerNormalization", SEQUENCE, ("x", "g"), [tensor("g", [4], 1.0)]), one("LeakyRelu"),
    one("MatMul", SEQUENCE, ("x", "w"), W4), ("Max", with_relu("Max"), ROW, [], 20),
    one("MaxPool", IMAGE, kernel_shape=[2, 2]), ("Min", with_relu("Min"), ROW, [], 20),
    ("Mul", with_relu("Mul"), ROW, [], 20), one("Neg"),
    one("PRelu", inputs=("x", "c"), initializers=[tensor("c", [1], [0.5])]),
    one("Pad", inputs=("x", "p"), initializers=[ints("p", [0, 1, 0, 1])]),
    one("Pow", inputs=("x", "c"), initializers=TWO), one("Reciprocal"),
    one("ReduceL2", opset=13, axes=[1]), one("ReduceMean", opset=13, axes=[1]),
    one("ReduceSum", inputs=("x", "a"), initializers=[ints("a", [1])]),
    one("ReduceSumSquare", opset=13, axes=[1]), one("Relu"),
    one("Reshape", inputs=("x", "shape"), initializers=[ints("shape", [-1, 2, 2])]),
    one("Resize", IMAGE, ("x", "", "k"), [tensor("k", [4], [1.0, 1.0, 2.0, 2.0])], mode="nearest",
        coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    one("Sigmoid"), one("Slice", inputs=("x", "i", "j", "k"),
                        initializers=[ints("i", [1]), ints("j", [3]), ints("k", [1])]),
    one("Softmax"), one("Softplus"),
    ("Split", [node("Split", ["x"], ["y", "z"], axis=1, num_outputs=2)], ROW, [], 20), one("Sqrt"),
    one("Squeeze", ["N", 1, 4], ("x", "i"), [ints("i", [1])]), ("Sub", with_relu("Sub"), ROW, [], 20),
    ("Sum", with_relu("Sum"), ROW, [], 20), one("Tanh"), one("Transpose", SEQUENCE, perm=[0, 2, 1]),
    one("Unsqueeze", inputs=("x", "i"), initializers=[ints("i", [1])]),
    one("Upsample", IMAGE, ("x", "k"), [tensor("k", [4], [1.0, 1.0, 2.0, 2.0])], opset=9, mode="nearest"),
]

for op, nodes, shape, initializers, opset in CASES:
    model(op, nodes, inputs=[("x", shape)], initializers=initializers, opset=opset)
    result = subprocess.run(["snnc", "check", FOLDER / (op + ".onnx"), "--json", "-"],
                            capture_output=True, text=True, check=False)
    if result.returncode != 0:
        print(f"{op}: refused: {result.stdout}{result.stderr}", flush=True)
    else:
        found = json.loads(result.stdout)["nodes"][-1]
        print(f"{op}: {found['verdict']} {found['note']}".strip(), flush=True)

# No operator that can be imported is missing above.
model("None", [node("None", ["x"], ["y"])])
result = subprocess.run(["snnc", "check", FOLDER / "None.onnx"], capture_output=True, text=True,
                        check=False)
listed = result.stdout.splitlines()[-1].partition(": ")[2].split(", ")
print("not tried:", *sorted(set(listed) - {case[0] for case in CASES}))
# CHECK-NOT: refused
# CHECK: ConvTranspose: exact
# CHECK: Erf: exact
# CHECK: LayerNormalization: decomposed into {{.*}}norm
# CHECK: Softmax: decomposed into {{.*}}exp{{.*}}max
# CHECK-NOT: refused
# CHECK: not tried:{{$}}
