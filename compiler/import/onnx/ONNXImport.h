//===- ONNXImport: a trained network from an ONNX file ------------------------------------------------------===//
//
// Reads opset 7 to 20 into the ann dialect. Shape arithmetic, as PyTorch exports it, is computed here
// and does not appear in the result; weights become `ann.constant`, nodes keep their names as
// locations. Errors name the file, the node, its operator, and what would help.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_ONNXIMPORT_H
#define SNNC_COMPILER_IMPORT_ONNX_ONNXIMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc {

/// The network in the file at `path` as a module with one function `main`, whose leading dimension is
/// the batch, and dynamic. Emits an error and returns null when it cannot be imported.
mlir::OwningOpRef<mlir::ModuleOp> importONNXFile(llvm::StringRef path, mlir::MLIRContext &context);

} // namespace snnc

#endif
