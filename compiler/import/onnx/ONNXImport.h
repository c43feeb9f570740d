//===- ONNXImport: a trained network from an ONNX file ------------------------------------------------------===//
//
// Reads opset 7 to 23 into the ann dialect. Shape arithmetic, as PyTorch exports it, is computed here
// and does not appear in the result; weights become `ann.constant`, nodes keep their names as
// locations. Errors name the file, the node, its operator, and what would help.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_ONNXIMPORT_H
#define SNNC_COMPILER_IMPORT_ONNX_ONNXIMPORT_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <string>
#include <vector>

namespace snnc {

/// What became of one node of an ONNX graph.
struct ONNXNode {
  std::string name, op;
  std::string problem;    ///< why it cannot be imported; empty where it can
  bool isSkipped = false; ///< not examined, since a node before it cannot be imported
  bool isUnread = false;  ///< not examined, since no output depends on it
};

struct ONNXImportOptions {
  /// Keep the batch size that the file's inputs have, instead of making it dynamic.
  bool keepBatch = false;
  /// Filled with every node, in the file's order; problems of nodes then go here instead of being
  /// emitted.
  std::vector<ONNXNode> *nodes = nullptr;
  /// Sizes of inputs instead of the file's: "NAME=1x3x224x224", or without a name where there is one input.
  std::vector<std::string> inputShapes;
};

/// The network in the file at `path` as a module with one function `main`, whose leading dimension is
/// the batch, and dynamic. Emits an error and returns null when it cannot be imported.
mlir::OwningOpRef<mlir::ModuleOp> importONNXFile(llvm::StringRef path, mlir::MLIRContext &context,
                                                 const ONNXImportOptions &options = {});

/// The operators that can be imported, sorted.
std::vector<std::string> listONNXOperators();
/// The oldest and the newest opset that can be imported.
inline constexpr int64_t kOldestOpset = 7, kNewestOpset = 23;

} // namespace snnc

#endif
