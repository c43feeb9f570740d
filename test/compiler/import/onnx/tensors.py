# RUN: %python %s %t | FileCheck %s
# RUN: rm %t/external.onnx.data
# RUN: not snn-translate --import-onnx %t/external.onnx 2>&1 | FileCheck %s --check-prefix=GONE
from onnx_writer import *


def add(weight, name="add"):
    return dict(name=name, nodes=[node("Add", ["x", "w"], ["y"])], initializers=[weight])


# Every encoding of float weights, raw or in the typed field.
accept(**add(tensor("w", [3], [1.0, 0.5, -2.0]), "raw"))
# CHECK-LABEL: == raw
# CHECK: ann.constant dense<[1.000000e+00, 5.000000e-01, -2.000000e+00]> : tensor<3xf32>
accept(**add(tensor("w", [3], [1.0, 0.5, -2.0], raw=False), "typed"))
# CHECK-LABEL: == typed
# CHECK: ann.constant dense<[1.000000e+00, 5.000000e-01, -2.000000e+00]> : tensor<3xf32>
accept(**add(tensor("w", [3], [1.0, 0.5, -2.0], FLOAT16), "half"))
# CHECK-LABEL: == half
# CHECK: ann.constant dense<[1.000000e+00, 5.000000e-01, -2.000000e+00]> : tensor<3xf32>
accept("double", [node("Add", ["x", "w"], ["y"])], inputs=[("x", ["N", 3], DOUBLE)],
       initializers=[tensor("w", [3], [0.1, 0.2, 0.3], DOUBLE)])
# CHECK-LABEL: == double
# CHECK: ann.constant dense<[1.000000e-01, 2.000000e-01, 3.000000e-01]> : tensor<3xf64>
accept("constant", [node("Constant", [], ["w"], value_floats=[1.0, 2.0, 3.0]),
                    node("Constant", [], ["s"], value_float=4.0),
                    node("Add", ["x", "w"], ["a"]), node("Add", ["a", "s"], ["y"])])
# CHECK-LABEL: == constant
# CHECK: ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
# CHECK: ann.constant dense<4.000000e+00> : tensor<f32>
# Many numbers are kept in a resource of the module.
accept("many", [node("Gemm", ["x", "w"], ["y"])],
       initializers=[tensor("w", [3, 12], [k / 8 for k in range(36)])])
# CHECK-LABEL: == many
# CHECK: ann.constant dense_resource<weights> : tensor<3x12xf32>
# CHECK: weights: "0x{{[0-9]+}}0000003E0000803E

# External data: a part of a file beside the model.
write("external.onnx.data", struct.pack("<4f", 9.0, 1.0, 2.0, 3.0))
accept(**add(external_tensor("w", [3], "external.onnx.data", offset=4, length=12), "external"))
# CHECK-LABEL: == external
# CHECK: ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00]>
# GONE: external.onnx: initializer 'w' cannot be read: its external data file 'external.onnx.data' cannot be read: No such file or directory; keep it beside the model
refuse(**add(external_tensor("w", [3], "external.onnx.data", offset=8, length=12), "beyond"))
# CHECK: beyond.onnx: initializer 'w' cannot be read: its external data ends beyond the end of 'external.onnx.data' (16 bytes)
refuse(**add(external_tensor("w", [3], "external.onnx.data", offset="four"), "offset"))
# CHECK: offset.onnx: initializer 'w' cannot be read: its external data has the offset 'four', which is not a number
refuse(**add(external_tensor("w", [3], "../weights.bin"), "outside"))
# CHECK: outside.onnx: initializer 'w' cannot be read: its external data is at '../weights.bin', outside of the model's folder
refuse(**add(external_tensor("w", [3], "/etc/passwd"), "absolute"))
# CHECK: absolute.onnx: initializer 'w' cannot be read: its external data is at '/etc/passwd', outside of the model's folder
refuse(**add(external_tensor("w", [3], ""), "nowhere"))
# CHECK: nowhere.onnx: initializer 'w' cannot be read: its external data

refuse(**add(tensor("w", [3], [1.0, float("nan"), 0.0]), "nan"))
# CHECK: nan.onnx: initializer 'w' cannot be read: element 1 is NaN; was the training run stopped in time?
# An infinity may be a mask, but is no weight.
accept(**add(tensor("w", [3], [0.0, float("-inf"), 0.0]), "mask"))
# CHECK-LABEL: == mask
# CHECK: ann.constant dense<[0.000000e+00, 0xFF800000, 0.000000e+00]>
refuse("infinite", [node("Gemm", ["x", "w"], ["y"])], initializers=[tensor("w", [3, 1], [1.0, 0.0, float("inf")])])
# CHECK: infinite.onnx: node 'gemm' (Gemm): input 'w' is infinite at element 2; was the training run stopped in time?
refuse(**add(tensor("w", [3], [1.0, 2.0]), "short"))
# CHECK: short.onnx: initializer 'w' cannot be read: its data
refuse(**add(tensor("w", [1 << 30, 1 << 30], []), "huge"))
# CHECK: huge.onnx: initializer 'w' cannot be read: its shape is not that of a tensor
refuse(**add(tensor("w", [1 << 30], []), "hollow"))
# CHECK: hollow.onnx: initializer 'w' cannot be read: its data is shorter than its shape
refuse(**add(fields(1, [-3]) + field(2, FLOAT) + field(8, "w"), "negative"))
# CHECK: negative.onnx: initializer 'w' cannot be read: its shape is not that of a tensor
refuse(**add(field(1, 3) + field(2, STRING) + field(8, "w") + fields(6, ["a", "b", "c"]), "text"))
# CHECK: text.onnx: initializer 'w' cannot be read: its data does not fit its shape, or its type STRING is not supported
refuse(**add(field(1, 3) + field(2, 77) + field(8, "w") + field(9, b"abcdefghijkl"), "type"))
# CHECK: type.onnx: initializer 'w' cannot be read: its type is unknown
refuse(**add(ints("w", [1, 2, 3]), "integers"))
# CHECK: integers.onnx: node 'add' (Add): input 'w' must be a tensor of floats
