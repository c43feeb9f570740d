"""How lit runs the tests: what a test file is, where the tools are, what they may assume."""

import os
import sys

import lit.formats

config.name = "snnc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Inputs", "models", "cases", "bench"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.build_dir, "test")

config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.build_dir, "bin"), config.llvm_bin_dir, config.environment["PATH"]]
)
for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "LLVM_PROFILE_FILE"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

if config.sanitized:
    config.available_features.add("asan")

# %snnc is the driver's path, %models is the folder of bundled networks and data, %inputs that of small test inputs.
config.substitutions.append(("%models", os.path.join(config.test_source_root, "models")))
config.substitutions.append(("%inputs", os.path.join(config.test_source_root, "Inputs")))
config.substitutions.append(("%python", sys.executable))
config.substitutions.append(("%snnc", os.path.join(config.build_dir, "bin", "snnc")))
# Tests in Python write their models with onnx_writer.py.
config.environment["PYTHONPATH"] = os.path.join(config.test_source_root, "Inputs")
config.environment["PYTHONDONTWRITEBYTECODE"] = "1"
