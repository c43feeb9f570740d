//===- MergeInputs: several inputs as one ------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PORT_MERGEINPUTS_H
#define SNNC_COMPILER_PORT_MERGEINPUTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc {

/// Drops arguments of `network` that nothing reads, as long as one is left, and makes several one: a flat argument that
/// holds a sample of each, one after another, and says so in `ann.parts`. Emits an error where that cannot be.
mlir::LogicalResult mergeInputs(mlir::func::FuncOp network);

} // namespace snnc

#endif
