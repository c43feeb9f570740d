//===- Updates: what the reference interpreters share about new inputs to running networks ------------------===//
//
// docs/spec/snn.md, "Updates".
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_UPDATES_H
#define SNNC_COMPILER_REFERENCE_UPDATES_H

#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::reference {

/// Emits an error at the first operation that cannot take part in an update, and fails.
mlir::LogicalResult checkUpdates(mlir::func::FuncOp network);

/// The dead zone below which none of an update's is, in units of the output y: 0 without hysteresis.
double getHysteresis(snn::NeuronOp neuron);
/// The same of an integer population, in units of what is compared.
int64_t getIntegerHysteresis(snn::NeuronOp neuron);

/// By channel, in units of the normalized input: what a change must exceed to be sent. `threshold`, at least 0, is in units
/// of the input before normalization.
llvm::SmallVector<int64_t> getThresholds(snn::FixedInputAttr input, double threshold);

/// How far an output may get from where it started, in units of y: the reach of its schedule, and what rounding adds.
double getLimit(snn::ScheduleAttr schedule);

} // namespace snnc::reference

#endif
