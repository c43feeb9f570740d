//===- Windows: kernel, strides, pads and dilations as ONNX writes them -----------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_WINDOWS_H
#define SNNC_COMPILER_IMPORT_ONNX_WINDOWS_H

#include "compiler/import/onnx/Node.h"

namespace snnc::onnx_import {

struct Windows {
  std::vector<int64_t> kernel, strides, pads, dilations;
};

/// Reads them for an input of shape `input`, with auto_pad resolved (unless not `automatic`). `kernel`
/// is the weight's for a convolution, else the attribute kernel_shape.
mlir::FailureOr<Windows> readWindows(Node &node, llvm::ArrayRef<int64_t> input,
                                     llvm::ArrayRef<int64_t> weightKernel = {},
                                     bool automatic = true);

} // namespace snnc::onnx_import

#endif
