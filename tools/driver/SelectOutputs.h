//===- SelectOutputs: --output-name, some outputs of a network instead of all ------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_SELECTOUTPUTS_H
#define SNNC_TOOLS_DRIVER_SELECTOUTPUTS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <string>

namespace snnc {

/// The names of what `network` returns, in order.
std::vector<std::string> getOutputNames(mlir::func::FuncOp network);

/// Keeps the outputs that `names` says, in that order, and what leads to them; with no names all. A message, or an
/// empty string.
std::string selectOutputs(mlir::func::FuncOp network, const std::vector<std::string> &names);

} // namespace snnc

#endif
