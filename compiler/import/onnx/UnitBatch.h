//===- UnitBatch: a batch for networks that move theirs around -----------------------------------------------------===//
//
// PyTorch's attention puts the batch second and multiplies it with the heads, which the ann dialect has no
// form for: there the batch comes first, and stays. Such a network is imported for one sample, with all
// sizes known, and gets its batch afterwards.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_UNITBATCH_H
#define SNNC_COMPILER_IMPORT_ONNX_UNITBATCH_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Support/LLVM.h"

namespace snnc::onnx_import {

/// Rewrites `function`, whose inputs and results have a leading dimension of 1, to take and give any
/// number of samples. Without `hasBatch` inputs and results are whole samples and may have any shape. Fails, without a diagnostic, where an operator has no such form.
mlir::LogicalResult addBatch(mlir::func::FuncOp function, bool hasBatch);

} // namespace snnc::onnx_import

#endif
