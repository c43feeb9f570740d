"""Writes the broken models of bad-models.test into the folder it is given."""

from onnx_writer import *

GEMM = node("Gemm", ["x", "w"], ["a"], name="fc1")
WEIGHT = tensor("w", [3, 4], [0.5] * 12)

model("good", [GEMM, node("Relu", ["a"], ["y"])], initializers=[WEIGHT])
write("truncated.onnx", (FOLDER / "good.onnx").read_bytes()[:-30])
write("empty.onnx", b"")
write("text.onnx", b"this is no model\n")
model("operator", [GEMM, node("Erf", ["a"], ["b"], name="e"), node("NonZero", ["b"], ["y"], name="nz")],
      initializers=[WEIGHT])
model("nan", [GEMM, node("Relu", ["a"], ["y"])],
      initializers=[tensor("w", [3, 4], [0.5] * 11 + [float("nan")])])
model("shapes", [GEMM, node("Relu", ["a"], ["y"])], initializers=[tensor("w", [4, 4], 0.5)])
model("overflow", [GEMM, node("Relu", ["a"], ["y"])],
      initializers=[tensor("w", [3, 4], 3e38)])
model("big", [GEMM, node("Relu", ["a"], ["y"])], initializers=[tensor("w", [3, 1000], 0.5)])
write("model.pb", (FOLDER / "good.onnx").read_bytes())
write("broken.mlir", b"func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {\n  %0 = ann.relu %z\n}\n")
write("two.mlir", b"func.func private @a()\nfunc.func private @b()\n")
write("broken.mlirbc", b"ML\xefR garbage")
