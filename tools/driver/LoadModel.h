//===- LoadModel: a network from a file of any kind we read ----------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_LOADMODEL_H
#define SNNC_TOOLS_DRIVER_LOADMODEL_H

#include "compiler/import/onnx/ONNXImport.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc {

/// The module in `path`: ONNX, or MLIR as text or bytecode; the file's content decides, not only its
/// name. Reports what is wrong through the context's diagnostics and returns null; what is wrong with
/// single nodes of an ONNX file goes to `nodes` instead, when given. `inputShapes` are sizes of its inputs
/// (ONNXImportOptions).
mlir::OwningOpRef<mlir::ModuleOp> loadModel(llvm::StringRef path, mlir::MLIRContext &context,
                                            const std::vector<std::string> &inputShapes = {},
                                            std::vector<ONNXNode> *nodes = nullptr);

/// Loads the dialects that networks are made of.
void loadDialects(mlir::MLIRContext &context);

} // namespace snnc

#endif
