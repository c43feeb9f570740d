# RUN: %python %s %t | FileCheck %s
"""Where: with a constant condition it is a product and a sum; masks are not multiplied."""

from onnx_writer import *

INF = float("inf")


def where(name, operands, *initializers, **parts):
    return dict(name=name, nodes=[node("Where", operands, ["y"])], initializers=initializers, **parts)


accept(**where("mask", ["c", "x", "m"], tensor("c", [3], [1, 0, 1], BOOL), tensor("m", [], [-INF])))
# CHECK-LABEL: == mask
# CHECK: %[[K:.*]] = ann.constant dense<[1.000000e+00, 0.000000e+00, 1.000000e+00]> : tensor<3xf32>
# CHECK: %[[X:.*]] = ann.mul %arg0, %[[K]]
# CHECK: %[[M:.*]] = ann.constant dense<[0.000000e+00, 0xFF800000, 0.000000e+00]> : tensor<3xf32>
# CHECK: ann.add %[[X]], %[[M]]

# The condition may be larger than the number, and smaller than the activation.
accept(**where("other", ["c", "m", "x"], tensor("c", [3], [1, 0, 1], BOOL), tensor("m", [1, 1, 1], [0.5]),
               inputs=[("x", ["N", 2, 3])]))
# CHECK-LABEL: == other
# CHECK: ann.constant dense<{{\[\[\[}}5.000000e-01, 0.000000e+00, 5.000000e-01]]]> : tensor<1x1x3xf32>
# CHECK: ann.mul %arg0, %{{.*}} : (tensor<?x2x3xf32>, tensor<3xf32>) -> tensor<?x2x3xf32>

# Shapes that are computed stay integers.
accept("shape", [node("Shape", ["x"], ["s"]), node("Where", ["c", "s", "t"], ["u"]), node("Reshape", ["x", "u"], ["y"])],
       initializers=[tensor("c", [2], [1, 0], BOOL), ints("t", [0, 3])])
# CHECK-LABEL: == shape
# CHECK-NOT: ann.mul
# CHECK: return

refuse("input", [node("Relu", ["x"], ["c"]), node("Where", ["c", "x", "m"], ["y"])], initializers=[tensor("m", [], [0.0])])
# CHECK: input.onnx: node 'where' (Where): condition depends on the network's input; only one that is known when the model is imported, as a constant mask is, becomes synapses
refuse(**where("shapes", ["c", "n", "x"], tensor("c", [2], [1, 0], BOOL), tensor("n", [3], 1.0)))
# CHECK: shapes.onnx: node 'where' (Where): condition 2 does not broadcast to 3
