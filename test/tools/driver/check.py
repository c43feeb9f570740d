# RUN: %python %s %t | FileCheck %s
from onnx_writer import *


def check(name, nodes, *flags, **parts):
    """Writes NAME.onnx and prints what `snnc check` says of it."""
    model(name, nodes, **parts)
    result = subprocess.run(["snnc", "check", FOLDER / (name + ".onnx"), *flags],
                            capture_output=True, text=True, check=False)
    print(f"== {name}: {result.returncode}\n{result.stdout}{result.stderr}", flush=True)


IMAGE = [("x", ["N", 2, 4, 4])]
CONV = node("Conv", ["x", "w"], ["a"])
WEIGHTS = [tensor("w", [2, 2, 1, 1], [0.5, 0.25, 0.125, 1.0])]

# Each node has one line: what converts as it is, what is computed, what is built of something else.
check("good", [CONV, node("Relu", ["a"], ["b"]), node("MaxPool", ["b"], ["c"], kernel_shape=[2, 2]),
               node("Shape", ["c"], ["s"]), node("Flatten", ["c"], ["y"])],
      inputs=IMAGE, initializers=WEIGHTS)
# CHECK-LABEL: == good: 0
# CHECK-NEXT: node     operator  verdict
# CHECK-NEXT: conv     Conv      exact
# CHECK-NEXT: relu     Relu      exact
# CHECK-NEXT: maxpool  MaxPool   decomposed    into {{.*}}max
# CHECK-NEXT: shape    Shape     folded        nothing reads what it gives
# CHECK-NEXT: flatten  Flatten   exact
# CHECK-NEXT: good.onnx: 5 nodes: 3 exact, 1 folded, 1 decomposed

check("shapes", [node("Shape", ["x"], ["s"]), node("Reshape", ["x", "s"], ["y"])], inputs=IMAGE)
# CHECK-LABEL: == shapes: 0
# CHECK: shape    Shape     folded   computed on import

# A quantized operator is one node, whatever it is made of; sizes that the file leaves open can be given.
check("quantized", [node("QuantizeLinear", ["x", "s"], ["q"]), node("DequantizeLinear", ["w", "s"], ["d"], "unread"),
                    node("com.microsoft::QLinearAdd", ["q", "s", "z", "q", "s", "z", "s", "z"], ["a"], "add"),
                    node("DequantizeLinear", ["a", "s", "z"], ["y"], "dequantize")],
      "--input-shape", "x=1x8", inputs=[("x", ["N", "features"])],
      initializers=[tensor("s", [], [0.5]), tensor("z", [], [0], UINT8), tensor("w", [3], [1, 2, 3], INT8)])
# CHECK-LABEL: == quantized: 0
# CHECK: quantizelinear  QuantizeLinear             exact
# CHECK: unread          DequantizeLinear           folded   nothing reads what it gives
# CHECK: add             com.microsoft::QLinearAdd  exact
# CHECK: dequantize      DequantizeLinear           folded
# CHECK: quantized.onnx: 4 nodes: 2 exact, 2 folded

# All that is not supported is shown, with what would help, and what could not be tried for it.
check("bad", [CONV, node("LSTM", ["a"], ["b"]), node("Relu", ["b"], ["c"]),
              node("NonZero", ["a"], ["y"]), node("Pow", ["a", "e"], ["d"])],
      inputs=IMAGE, initializers=WEIGHTS + [tensor("e", [], [2.5])], outputs=["c", "y", "d"])
# CHECK-LABEL: == bad: 1
# CHECK: conv{{ +}}Conv{{ +}}not tried
# CHECK: lstm{{ +}}LSTM{{ +}}unsupported   operator is not supported; recurrence is not supported
# CHECK: relu{{ +}}Relu{{ +}}not tried     needs the output of node 'lstm'
# CHECK: nonzero{{ +}}NonZero{{ +}}unsupported   operator is not supported; its shape depends on data
# CHECK: pow{{ +}}Pow{{ +}}unsupported   exponent 2.5 is not supported; 1, 2, 3
# CHECK: bad.onnx: 5 nodes: 3 unsupported, 2 not tried
# CHECK: operators that can be imported: Abs, Add,

check("json", [CONV, node("NonZero", ["a"], ["y"])], "--json", "-", inputs=IMAGE, initializers=WEIGHTS)
# CHECK-LABEL: == json: 1
# CHECK: "model": "json.onnx",
# CHECK: "supported": false,
# CHECK: "name": "nonzero",
# CHECK: "operator": "NonZero",
# CHECK: "verdict": "unsupported",

# A neuron that follows another function says how far it is from the operator's.
check("tanh_gelu", [node("Gelu", ["x"], ["y"], approximate="tanh")], inputs=IMAGE, opset=20)
# CHECK-LABEL: == tanh_gelu: 0
# CHECK: gelu  Gelu      approximated  within 0.00047 for inputs from -8 to 8
# CHECK: tanh_gelu.onnx: 1 nodes: 1 approximated
check("tanh_gelu_json", [node("Gelu", ["x"], ["y"], approximate="tanh")], "--json", "-", inputs=IMAGE,
      opset=20)
# CHECK-LABEL: == tanh_gelu_json: 0
# CHECK: "supported": true,
# CHECK: "verdict": "approximated",
# CHECK: "error": 0.00047

# A function is compared where it is defined.
check("partial", [node("Reciprocal", ["x"], ["a"]), node("Sqrt", ["a"], ["y"])], inputs=IMAGE)
# CHECK-LABEL: == partial: 0
# CHECK: reciprocal  Reciprocal  exact         where denominators have one sign; calibration checks it
# CHECK: sqrt        Sqrt        exact         where operands are not negative; calibration checks it

# A function that ends the network is for the host, unless it is asked for as spikes.
check("softmax", [node("Softmax", ["x"], ["y"])], inputs=[("x", ["N", 3])])
# CHECK-LABEL: == softmax: 0
# CHECK: softmax  Softmax   exact         behind the decoder, for the host
check("spikes", [node("Softmax", ["x"], ["y"])], "--head", "spikes", inputs=[("x", ["N", 3])])
# CHECK-LABEL: == spikes: 0
# CHECK: softmax  Softmax   decomposed    into {{.*}}exp{{.*}}max

# Several outputs, and one of them.
TWO = [node("Relu", ["x"], ["y"]), node("Sigmoid", ["y"], ["z"])]
check("outputs", TWO, inputs=[("x", ["N", 3])], outputs=["y", "z"])
# CHECK-LABEL: == outputs: 0
# CHECK: relu     Relu      exact
# CHECK: sigmoid  Sigmoid   exact         behind the decoder, for the host
check("one", TWO, "--output-name", "y", inputs=[("x", ["N", 3])], outputs=["y", "z"])
# CHECK-LABEL: == one: 0
# CHECK: relu     Relu      exact
# CHECK: sigmoid  Sigmoid   folded
check("none", TWO, "--output-name", "a", inputs=[("x", ["N", 3])], outputs=["y", "z"])
# CHECK-LABEL: == none: 1
# CHECK: snnc: error: {{.*}}none.onnx: has no output 'a'; its outputs are y, z
