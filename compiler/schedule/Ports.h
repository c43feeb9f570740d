//===- Ports: what a network takes and gives --------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_PORTS_H
#define SNNC_COMPILER_SCHEDULE_PORTS_H

#include "dialects/exec/Exec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::exec {

/// The inputs of a network with one encoder (InputAttr), which are one behind another; one without a name where names are not
/// known.
mlir::ArrayAttr getInputs(mlir::func::FuncOp network);

/// Its outputs (OutputAttr), in order. Fails, with a diagnostic, where no decoder leads to one.
mlir::FailureOr<mlir::ArrayAttr> getOutputs(mlir::func::FuncOp network);

} // namespace snnc::exec

#endif
