# RUN: %python %s %t | FileCheck %s
from onnx_writer import *

IMAGES = [("x", ["N", 2, 5, 5])]


def conv(*inputs, **attributes):
    return node("Conv", ["x", *inputs], ["y"], **attributes)


accept("conv", [conv("w", "b", strides=[2, 2], pads=[1, 1, 1, 1], dilations=[1, 1],
                     kernel_shape=[3, 3])],
       inputs=IMAGES, initializers=[tensor("w", [4, 2, 3, 3]), tensor("b", [4])])
# CHECK-LABEL: == conv
# CHECK: ann.conv %arg0, %{{.+}} bias %{{.+}} strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
# CHECK-SAME: -> tensor<?x4x3x3xf32>

# What is not given is 1 and 0.
accept("conv_group", [conv("w", group=2)], inputs=IMAGES, initializers=[tensor("w", [4, 1, 3, 3])])
# CHECK-LABEL: == conv_group
# CHECK: ann.conv {{.*}} strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] group = 2
# CHECK-SAME: -> tensor<?x4x3x3xf32>

# 5 positions at stride 2 need 2 more: half before, half behind; of one, the odd one is behind, or before.
for mode in ["SAME_UPPER", "SAME_LOWER", "VALID"]:
    accept(mode.lower(), [conv("w", auto_pad=mode)], inputs=IMAGES,
           initializers=[tensor("w", [1, 2, 2, 2])])
# CHECK-LABEL: == same_upper
# CHECK: ann.conv {{.*}} pads = [0, 0, 1, 1]
# CHECK-LABEL: == same_lower
# CHECK: ann.conv {{.*}} pads = [1, 1, 0, 0]
# CHECK-LABEL: == valid
# CHECK: ann.conv {{.*}} pads = [0, 0, 0, 0]

accept("conv1d", [conv("w", pads=[1, 1])], inputs=[("x", ["N", 2, 7])],
       initializers=[tensor("w", [3, 2, 3])])
# CHECK-LABEL: == conv1d
# CHECK: ann.conv {{.*}} -> tensor<?x3x7xf32>

# alpha goes into the weights, beta into the bias; a scalar C becomes one bias per column.
accept("gemm", [node("Gemm", ["x", "w", "b"], ["y"], transB=1, alpha=2.0, beta=0.5)],
       initializers=[tensor("w", [2, 3], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), tensor("b", [], [3.0])])
# CHECK-LABEL: == gemm
# CHECK-DAG: %[[W:.+]] = ann.constant dense<{{\[\[}}2.000000e+00, 4.000000e+00, 6.000000e+00], [8.000000e+00, 1.000000e+01, 1.200000e+01]]>
# CHECK-DAG: %[[B:.+]] = ann.constant dense<1.500000e+00> : tensor<2xf32>
# CHECK: ann.gemm %arg0, %[[W]] bias %[[B]] transpose_b

accept("matmul", [node("MatMul", ["x", "w"], ["y"])], initializers=[tensor("w", [3, 5])])
# CHECK-LABEL: == matmul
# CHECK: ann.matmul %arg0, %{{.+}} -> tensor<?x5xf32>

NORM = [tensor(name, [2], 1.0) for name in ["s", "b", "m", "v"]]
norm = lambda **attributes: [node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y"], **attributes)]
accept("norm7", norm(epsilon=0.5, momentum=0.25), inputs=IMAGES, initializers=NORM, opset=7)
# CHECK-LABEL: == norm7
# CHECK: ann.batch_norm %arg0, {{.*}} epsilon = 5.000000e-01
accept("norm15", norm(training_mode=0), inputs=IMAGES, initializers=NORM, opset=15)
# CHECK-LABEL: == norm15
# CHECK: ann.batch_norm %arg0, {{.*}} epsilon = 1.000000e-05

refuse("training", norm(training_mode=1), inputs=IMAGES, initializers=NORM, opset=15)
# CHECK: training.onnx: node 'batchnormalization' (BatchNormalization): is in training mode; export the model with model.eval()

refuse("training9", [node("BatchNormalization", ["x", "s", "b", "m", "v"], ["y", "mean", "var", "smean", "svar"])],
       inputs=IMAGES, initializers=NORM, opset=9)
# CHECK: training9.onnx: node 'batchnormalization' (BatchNormalization): is in training mode; export the model with model.eval()

refuse("channels", [conv("w")], inputs=IMAGES, initializers=[tensor("w", [4, 3, 3, 3])])
# CHECK: channels.onnx: node 'conv' (Conv): {{.*}}3{{.*}}2
refuse("kernel", [conv("w", kernel_shape=[5, 5])], inputs=IMAGES, initializers=[tensor("w", [4, 2, 3, 3])])
# CHECK: kernel.onnx: node 'conv' (Conv): kernel_shape is not that of the weight
refuse("stride", [conv("w", strides=[0, 1])], inputs=IMAGES, initializers=[tensor("w", [4, 2, 3, 3])])
# CHECK: stride.onnx: node 'conv' (Conv): strides must be at least 1, found 0
refuse("mode", [conv("w", auto_pad="SAME")], inputs=IMAGES, initializers=[tensor("w", [4, 2, 3, 3])])
# CHECK: mode.onnx: node 'conv' (Conv): auto_pad 'SAME' is not one of NOTSET, VALID, SAME_UPPER, SAME_LOWER
refuse("ranks", [conv("w")], inputs=IMAGES, initializers=[tensor("w", [4, 2, 3])])
# CHECK: ranks.onnx: node 'conv' (Conv): input and weight must have the same 3 to 5 dimensions, found 4 and 3
refuse("large", [conv("w")], inputs=IMAGES, initializers=[tensor("w", [1, 2, 6, 6])])
# CHECK: large.onnx: node 'conv' (Conv): {{.*}}kernel
refuse("columns", [node("Gemm", ["x", "w", "b"], ["y"])],
       initializers=[tensor("w", [3, 4]), tensor("b", [2])])
# CHECK: columns.onnx: node 'gemm' (Gemm): operands must broadcast, found ?x4 and 2
refuse("cube", [node("Gemm", ["x", "w"], ["y"])], initializers=[tensor("w", [3, 4, 1])])
# CHECK: cube.onnx: node 'gemm' (Gemm): B must be a matrix, found 3 dimensions
refuse("inner", [node("MatMul", ["x", "w"], ["y"])], initializers=[tensor("w", [4, 5])])
# CHECK: inner.onnx: node 'matmul' (MatMul): {{.*}}3{{.*}}4
