# RUN: %python %s %t | FileCheck %s
"""Quantized networks come in as what they stand for: weights dequantized, saturation as Clip."""
from onnx_writer import *

IMAGES = [("x", ["N", 2, 4, 4])]


def number(name, value, kind=FLOAT):
    return tensor(name, [], [value], kind)


def units(name, scale, zero, kind=UINT8):
    """Scale and zero point of tensor `name`."""
    return [number(name + "s", scale), number(name + "z", zero, kind)]


def quantize(name, to):
    return node("QuantizeLinear", [name, to + "s", to + "z"], [to], "quantize_" + to)


def dequantize(name, to, of=None):
    return node("DequantizeLinear", [name, (of or name) + "s", (of or name) + "z"], [to], "dequantize_" + name)


# QDQ, as PyTorch and TFLite write it: 8-bit weights with a scale per channel, a Relu that the saturation goes into.
QDQ = [quantize("x", "q"), dequantize("q", "d"), node("DequantizeLinear", ["w", "ws", "wz"], ["wd"], axis=0),
       node("DequantizeLinear", ["k", "ks"], ["kd"], "bias", axis=0), node("Conv", ["d", "wd", "kd"], ["c"]),
       node("Relu", ["c"], ["r"]), quantize("r", "p"), node("MaxPool", ["p"], ["m"], kernel_shape=[2, 2]),
       dequantize("m", "e", "p"), node("Flatten", ["e"], ["f"]), quantize("f", "p2"), dequantize("p2", "y")]
PARTS = [*units("q", 0.5, 128), *units("p", 0.25, 0), *units("p2", 0.25, 0),
         tensor("w", [2, 2, 1, 1], [1, -2, 3, -4], INT8), tensor("ws", [2], [0.5, 0.25]), tensor("wz", [2], [0, 1], INT8),
         tensor("k", [2], [10, -20], INT32), tensor("ks", [2], [0.25, 0.125])]
accept("qdq", QDQ, "--mlir-print-debuginfo", inputs=IMAGES, initializers=PARTS)
# CHECK-LABEL: == qdq
# CHECK: %[[X:.+]] = ann.clip %arg0 min = -6.400000e+01 max = 6.350000e+01 {ann.saturation = array<f64: 5.000000e-01, 5.000000e-01>}
# CHECK: ann.constant dense<{{\[\[}}{{\[\[}}5.000000e-01{{\]\]}}, {{\[\[}}-1.000000e+00{{\]\]\]}}, {{\[\[\[}}5.000000e-01{{\]\]}}, {{\[\[}}-1.250000e+00{{\]\]\]\]}}> : tensor<2x2x1x1xf32>
# CHECK: ann.constant dense<[2.500000e+00, -2.500000e+00]> : tensor<2xf32>
# CHECK: %[[C:.+]] = ann.conv %[[X]]
# CHECK-NOT: ann.relu
# CHECK: %[[R:.+]] = ann.clip %[[C]] min = 0.000000e+00 max = 6.375000e+01 {ann.saturation = array<f64: 0.000000e+00, 2.500000e-01>} {{.*}} loc(#[[BOTH:.+]])
# CHECK: %[[M:.+]] = ann.max_pool %[[R]]
# CHECK: %[[F:.+]] = ann.flatten %[[M]]
# CHECK-NOT: ann.clip
# CHECK: return %[[F]]
# CHECK-DAG: #[[RELU:.+]] = loc("relu")
# CHECK-DAG: #[[BOTH]] = loc(fused[#[[RELU]],

# A Clip is cut down to what the integers hold; one step more than they hold is rounding.
accept("clip6", [node("Clip", ["x", "lo", "hi"], ["a"]), quantize("a", "q"), dequantize("q", "y")],
       initializers=[number("lo", 0.0), number("hi", 6.0), *units("q", 0.015625, 0)])
# CHECK-LABEL: == clip6
# CHECK: %[[A:.+]] = ann.clip %arg0 min = 0.000000e+00 max = 3.984375 {ann.saturation = array<f64: 0.000000e+00, 1.562500e-02>}
# CHECK-NEXT: return %[[A]]
# What comes before is never below 0 anyway: the Clip does not need to say so, and goes where its other bound does.
accept("mean", [node("Relu", ["x"], ["a"]), node("GlobalAveragePool", ["a"], ["m"]), quantize("m", "q"),
                dequantize("q", "y")], inputs=IMAGES, initializers=units("q", 0.015625, 0))
# CHECK-LABEL: == mean
# CHECK: %[[M:.+]] = ann.global_average_pool
# CHECK: ann.clip %[[M]] max = 3.984375 {ann.saturation = array<f64: 0.000000e+00, 1.562500e-02>}
accept("sigmoid", [node("Sigmoid", ["x"], ["a"]), quantize("a", "q"), dequantize("q", "y")],
       initializers=units("q", 1 / 256, -128, INT8))
# CHECK-LABEL: == sigmoid
# CHECK: %[[A:.+]] = ann.sigmoid %arg0
# CHECK-NEXT: return %[[A]]
# Read in other units than it was written in.
accept("units", [quantize("x", "q"), dequantize("q", "y", "p")],
       initializers=[*units("q", 0.5, 10), *units("p", 0.25, 6)])
# CHECK-LABEL: == units
# CHECK: %[[A:.+]] = ann.clip
# CHECK: %[[M:.+]] = ann.mul %[[A]], %{{.+}}
# CHECK: %[[B:.+]] = ann.constant dense<1.000000e+00> : tensor<f32>
# CHECK: ann.add %[[M]], %[[B]]

# Constants are rounded, halves to even; 4 bits; blocks of one scale each.
accept("constants", [quantize("w", "q"), dequantize("q", "d"), node("Add", ["x", "d"], ["y"])],
       initializers=[tensor("w", [3], [0.75, 1.25, 99.0]), *units("q", 0.5, 0, INT8)])
# CHECK-LABEL: == constants
# CHECK: dense<[1.000000e+00, 1.000000e+00, 6.350000e+01]> : tensor<3xf32>
def nibbles(name, kind, shape, content):
    return fields(1, shape) + field(2, kind) + field(8, name) + field(9, content)


accept("four", [node("DequantizeLinear", ["w", "s"], ["d"]), node("Add", ["x", "d"], ["a"]),
                node("DequantizeLinear", ["v", "s"], ["e"], "unsigned"), node("Mul", ["a", "e"], ["y"])],
       initializers=[nibbles("w", INT4, [3], b"\xf1\x08"), nibbles("v", UINT4, [3], b"\xf1\x08"), number("s", 0.5)], opset=21)
# CHECK-LABEL: == four
# CHECK: dense<[5.000000e-01, -5.000000e-01, -4.000000e+00]> : tensor<3xf32>
# CHECK: dense<[5.000000e-01, 7.500000e+00, 4.000000e+00]> : tensor<3xf32>
accept("blocks", [node("DequantizeLinear", ["w", "s"], ["d"], axis=0, block_size=2), node("MatMul", ["x", "d"], ["y"])],
       initializers=[tensor("w", [3, 2], [1, 2, 3, 4, 5, 6], INT8), tensor("s", [2, 2], [1.0, 2.0, 3.0, 4.0])], opset=21)
# CHECK-LABEL: == blocks
# CHECK: dense<{{\[\[}}1.000000e+00, 4.000000e+00], [3.000000e+00, 8.000000e+00], [1.500000e+01, 2.400000e+01]]>

# Operators that are quantized themselves, in the standard domain and in com.microsoft.
accept("qlinear", [quantize("x", "a"),
                   node("QLinearConv", ["a", "as", "az", "w", "ws", "wz", "bs", "bz", "k"], ["b"], "conv", pads=[1, 1, 1, 1]),
                   node("com.microsoft::QLinearAdd", ["a", "as", "az", "b", "bs", "bz", "cs", "cz"], ["c"], "add"),
                   node("com.microsoft::QLinearLeakyRelu", ["c", "cs", "cz", "bs", "bz"], ["l"], "leaky", alpha=0.5),
                   node("com.microsoft::QLinearConcat", ["ds", "dz", "l", "bs", "bz", "c", "cs", "cz"], ["d"], "concat", axis=1),
                   node("com.microsoft::QLinearGlobalAveragePool", ["d", "ds", "dz", "ds", "dz"], ["e"], "pool", channels_last=0),
                   node("Reshape", ["e", "shape"], ["f"]),
                   node("QLinearMatMul", ["f", "ds", "dz", "v", "vs", "vz", "gs", "gz"], ["g"], "matmul"),
                   dequantize("g", "y")],
       inputs=IMAGES, domains=["com.microsoft"], initializers=[
           *units("a", 0.5, 128), *units("b", 0.25, 0), *units("c", 1.0, 100), *units("d", 0.5, 64), *units("g", 2.0, 3),
           tensor("w", [2, 2, 3, 3], 2, UINT8), number("ws", 0.5), number("wz", 1, UINT8), tensor("k", [2], [4, 8], INT32),
           ints("shape", [-1, 4]), tensor("v", [4, 3], 5, INT8), tensor("vs", [3], [1.0, 2.0, 4.0]), tensor("vz", [3], [1, 2, 3], INT8)])
# CHECK-LABEL: == qlinear
# CHECK: %[[A:.+]] = ann.clip %arg0 min = -6.400000e+01 max = 6.350000e+01
# CHECK: ann.constant dense<5.000000e-01> : tensor<2x2x3x3xf32>
# CHECK: ann.constant dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf32>
# CHECK: %[[C:.+]] = ann.conv %[[A]]{{.*}} pads = [1, 1, 1, 1]
# CHECK: %[[B:.+]] = ann.clip %[[C]] min = 0.000000e+00 max = 6.375000e+01
# CHECK: %[[S:.+]] = ann.add %[[A]], %[[B]]
# CHECK: %[[T:.+]] = ann.clip %[[S]] min = -1.000000e+02 max = 1.550000e+02
# CHECK: %[[L:.+]] = ann.leaky_relu %[[T]] alpha = 5.000000e-01
# CHECK: %[[M:.+]] = ann.clip %[[L]]
# CHECK: %[[D:.+]] = ann.concat %[[M]], %[[T]] axis = 1
# CHECK: %[[E:.+]] = ann.clip %[[D]] min = -3.200000e+01 max = 9.550000e+01
# CHECK: %[[P:.+]] = ann.global_average_pool %[[E]]
# CHECK: %[[R:.+]] = ann.reshape %[[P]]
# CHECK: ann.constant dense<{{.*}}4.000000e+00, 6.000000e+00, 8.000000e+00{{.*}}> : tensor<4x3xf32>
# CHECK: %[[G:.+]] = ann.matmul %[[R]]
# CHECK: ann.clip %[[G]] min = -6.000000e+00 max = 5.040000e+02
accept("gemm", [quantize("x", "a"), node("com.microsoft::QGemm", ["a", "as", "az", "w", "ws", "wz", "k"], ["y"], "gemm", transB=1)],
       initializers=[*units("a", 0.5, 128), tensor("w", [2, 3], [1, 2, 3, 4, 5, 6], INT8), tensor("ws", [2], [1.0, 0.5]),
                     tensor("wz", [2], [0, 0], INT8), tensor("k", [2], [2, 4], INT32)])
# CHECK-LABEL: == gemm
# CHECK: dense<{{\[\[}}1.000000e+00, 2.000000e+00, 3.000000e+00], [2.000000e+00, 2.500000e+00, 3.000000e+00]]>
# CHECK: dense<1.000000e+00> : tensor<2xf32>
# CHECK: ann.gemm %{{.+}} bias %{{.+}} transpose_b

# Sums of integers, scaled afterwards: a scale of the file, and scales that are taken from the data.
accept("integer", [quantize("x", "q"), node("ConvInteger", ["q", "w", "qz", "wz"], ["c"]), node("Add", ["c", "k"], ["b"], "bias"),
                   node("Cast", ["b"], ["f"], to=FLOAT), node("Mul", ["f", "s"], ["m"]), node("Relu", ["m"], ["y"])],
       inputs=IMAGES, opset=10, initializers=[*units("q", 0.5, 128), tensor("w", [2, 2, 1, 1], [1, 2, 3, 4], UINT8),
                                    number("wz", 1, UINT8), tensor("k", [1, 2, 1, 1], [4, 8], INT32), number("s", 0.25)])
# CHECK-LABEL: == integer
# CHECK: %[[C:.+]] = ann.conv
# CHECK: ann.constant dense<{{.*}}2.000000e+00{{.*}}4.000000e+00{{.*}}> : tensor<1x2x1x1xf32>
# CHECK: %[[B:.+]] = ann.add %[[C]]
# CHECK: %[[S:.+]] = ann.constant dense<5.000000e-01> : tensor<f32>
# CHECK: %[[M:.+]] = ann.mul %[[B]], %[[S]]
# CHECK: ann.relu %[[M]]
DYNAMIC = [node("DynamicQuantizeLinear", ["x"], ["q", "qs", "qz"]), node("MatMulInteger", ["q", "w", "qz", "wz"], ["p"]),
           node("Cast", ["p"], ["f"], to=FLOAT), node("Mul", ["qs", "ws"], ["s"], "scales"), node("Mul", ["f", "s"], ["m"], "scaled"),
           node("Add", ["m", "k"], ["y"])]
WEIGHTS = [tensor("w", [3, 2], [1, 2, 3, 4, 5, 6], INT8), tensor("wz", [2], [1, 0], INT8), tensor("ws", [2], [0.5, 0.25]),
           tensor("k", [2], 1.0)]
accept("dynamic", DYNAMIC, initializers=WEIGHTS)
# CHECK-LABEL: == dynamic
# CHECK: dense<{{\[\[}}0.000000e+00, 2.000000e+00], [2.000000e+00, 4.000000e+00], [4.000000e+00, 6.000000e+00]]>
# CHECK: %[[P:.+]] = ann.matmul %arg0
# CHECK: %[[S:.+]] = ann.constant dense<[5.000000e-01, 2.500000e-01]>
# CHECK: %[[M:.+]] = ann.mul %[[P]], %[[S]]
# CHECK: ann.add %[[M]]
accept("fused", [DYNAMIC[0], node("com.microsoft::MatMulIntegerToFloat", ["q", "w", "qs", "ws", "qz", "wz", "k"], ["a"], "a"),
                 node("com.microsoft::DynamicQuantizeMatMul", ["a", "v", "s", "", "k"], ["y"], "b")],
       initializers=[*WEIGHTS, tensor("v", [2, 2], [1, 2, 3, 4], INT8), number("s", 0.5)])
# CHECK-LABEL: == fused
# CHECK: dense<{{\[\[}}0.000000e+00, 5.000000e-01], [1.000000e+00, 1.000000e+00], [2.000000e+00, 1.500000e+00]]>
# CHECK: ann.matmul %arg0
# CHECK: ann.add
# CHECK: dense<{{\[\[}}5.000000e-01, 1.000000e+00], [1.500000e+00, 2.000000e+00]]>
# CHECK: ann.matmul
# CHECK: ann.add

refuse("integers", [quantize("x", "q"), node("Sigmoid", ["q"], ["y"])], initializers=units("q", 0.5, 128))
# CHECK: integers.onnx: node 'sigmoid' (Sigmoid): computes with integers that depend on the network's input ('q'), which have no form here; cast them to float first
refuse("joined", [quantize("x", "q"), quantize("x", "p"), node("Concat", ["q", "p"], ["c"], axis=1), dequantize("c", "y", "q")],
       initializers=[*units("q", 0.5, 128), *units("p", 0.25, 128)])
# CHECK: joined.onnx: node 'concat' (Concat): joins tensors that are quantized differently; dequantize them first
refuse("channels", [node("QuantizeLinear", ["x", "s", "z"], ["q"]), dequantize("q", "y", "")],
       initializers=[tensor("s", [3], 0.5), tensor("z", [3], 0, UINT8)])
# CHECK: channels.onnx: node 'quantizelinear' (QuantizeLinear): quantizes an activation with 3 scales; only one is supported
refuse("scale", [quantize("x", "q"), dequantize("q", "y")], initializers=units("q", 0.0, 0))
# CHECK: scale.onnx: node 'quantize_q' (QuantizeLinear): scale must be positive, found 0
refuse("unscaled", [*DYNAMIC[:3], node("Relu", ["f"], ["y"])], initializers=WEIGHTS)
# CHECK: unscaled.onnx: node 'relu' (Relu): input 'f' is in units that depend on the data; multiply it by its scale first
refuse("zero", [DYNAMIC[0], node("MatMulInteger", ["q", "w", "wz"], ["p"]), node("Cast", ["p"], ["y"], to=FLOAT)], initializers=WEIGHTS)
# CHECK: zero.onnx: node 'matmulinteger' (MatMulInteger): input 2 is not the zero point of its dynamically quantized input
refuse("last", [quantize("x", "q"), node("com.microsoft::QLinearAveragePool", ["q", "qs", "qz", "qs", "qz"], ["a"], "pool",
                                         kernel_shape=[2, 2], channels_last=1), dequantize("a", "y", "q")],
       inputs=IMAGES, initializers=units("q", 0.5, 128))
# CHECK: last.onnx: node 'pool' (com.microsoft::QLinearAveragePool): attribute 'channels_last' is not supported
