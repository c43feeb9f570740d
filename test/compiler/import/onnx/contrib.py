# RUN: %python %s %t | FileCheck %s
"""Operators of com.microsoft, and that those of other domains are not taken for ONNX's of the same name."""
from onnx_writer import *

MS = "com.microsoft"
IMAGE = [("x", ["N", 2, 4, 4])]
CONV = [tensor("w", [3, 2, 1, 1], 0.5), tensor("b", [3], 0.25)]

accept("gelus", [node("Gelu", ["x"], ["a"], domain=MS), node("BiasGelu", ["a", "b"], ["c"], domain=MS),
                 node("FastGelu", ["c", "b"], ["d"], domain=MS), node("QuickGelu", ["d"], ["y"], domain=MS, alpha=2.0)],
       initializers=[tensor("b", [3], 0.5)])
# CHECK-LABEL: == gelus
# CHECK: %[[A:.+]] = ann.gelu %arg0 approximate = none
# CHECK: %[[B:.+]] = ann.add %[[A]]
# CHECK: %[[C:.+]] = ann.gelu %[[B]] approximate = none
# CHECK: %[[D:.+]] = ann.add %[[C]]
# CHECK: %[[E:.+]] = ann.gelu %[[D]] approximate = tanh
# CHECK: %[[F:.+]] = ann.mul %[[E]]
# CHECK: %[[G:.+]] = ann.silu %[[F]]
# CHECK: ann.mul %[[G]]

accept("conv", [node("FusedConv", ["x", "w", "b"], ["y"], domain=MS, activation="Clip", activation_params=[0.0, 6.0])],
       inputs=IMAGE, initializers=CONV)
# CHECK-LABEL: == conv
# CHECK: %[[C:.+]] = ann.conv %arg0, %{{.+}} bias
# CHECK: ann.clip %[[C]] min = 0.000000e+00 max = 6.000000e+00
accept("residual", [node("Conv", ["x", "w"], ["a"]),
                    node("FusedConv", ["x", "w", "b", "a"], ["y"], domain=MS, activation="Relu")],
       inputs=IMAGE, initializers=CONV)
# CHECK-LABEL: == residual
# CHECK: %[[A:.+]] = ann.conv
# CHECK: %[[B:.+]] = ann.conv
# CHECK: %[[S:.+]] = ann.add %[[B]], %[[A]]
# CHECK: ann.relu %[[S]]
accept("gemm", [node("FusedGemm", ["x", "w"], ["y"], domain=MS, activation="LeakyRelu", activation_alpha=0.125)],
       initializers=[tensor("w", [3, 4], 0.5)])
# CHECK-LABEL: == gemm
# CHECK: ann.gemm
# CHECK: ann.leaky_relu %{{.*}} alpha = 1.250000e-01
accept("matmul", [node("FusedMatMul", ["x", "w"], ["y"], domain=MS, alpha=0.5, transB=1)],
       initializers=[tensor("w", [4, 3], 0.5)])
# CHECK-LABEL: == matmul
# CHECK: ann.matmul %arg0, %{{.*}} : (tensor<?x3xf32>, tensor<3x4xf32>) -> tensor<?x4xf32>
# CHECK: ann.mul

# The sum that is normalized is the fourth output.
accept("skip", [node("Relu", ["x"], ["s"]),
                node("SkipLayerNormalization", ["x", "s", "g", "g", "b"], ["n", "", "", "sum"], domain=MS),
                node("Add", ["n", "sum"], ["y"])],
       initializers=[tensor("g", [3], 1.0), tensor("b", [3], 0.5)])
# CHECK-LABEL: == skip
# CHECK: %[[A:.+]] = ann.add %arg0, %{{.+}}
# CHECK: %[[S:.+]] = ann.add %[[A]]
# CHECK: %[[N:.+]] = ann.layer_norm %[[S]], %{{.+}} bias %{{.+}} axis = 1 epsilon = {{9.9.*E-13|1.0+e-12}}
# CHECK: ann.add %[[N]], %[[S]]

refuse("mean", [node("SkipLayerNormalization", ["x", "x", "g"], ["n", "m"], domain=MS), node("Relu", ["m"], ["y"])],
       initializers=[tensor("g", [3], 1.0)])
# CHECK: mean.onnx: node 'skiplayernormalization' (com.microsoft::SkipLayerNormalization): output 'm' is used, but only the first output is supported
refuse("activation", [node("FusedGemm", ["x", "w"], ["y"], domain=MS, activation="Sine")],
       initializers=[tensor("w", [3, 4], 0.5)])
# CHECK: activation.onnx: node 'fusedgemm' (com.microsoft::FusedGemm): activation 'Sine' is not supported
refuse("batches", [node("FusedMatMul", ["x", "w"], ["y"], domain=MS, transBatchA=1)],
       initializers=[tensor("w", [3, 4], 0.5)])
# CHECK: batches.onnx: node 'fusedmatmul' (com.microsoft::FusedMatMul): attribute 'transBatchA' is not supported
# ONNX's own operators are not com.microsoft's.
refuse("relu", [node("Relu", ["x"], ["y"], domain=MS)])
# CHECK: relu.onnx: node 'relu' (com.microsoft::Relu): operator is not supported
