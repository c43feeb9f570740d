//===- Observed: what an operation saw on images, as an attribute ------------------------------------------===//
//
// `--snn-observe` writes it, and what chooses formats reads it: `snn.observed` (docs/spec/attributes.md), as seen and without
// headroom.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_OBSERVED_H
#define SNNC_COMPILER_QUANTIZE_OBSERVED_H

#include "compiler/quantize/OperandRanges.h"

namespace snnc::quantize {

/// Writes the ranges of every population's operands, and those of the input.
void recordRanges(mlir::func::FuncOp network, const Ranges &ranges);

/// Whether all populations and the input know what they saw; emits an error where only some of them do.
mlir::FailureOr<bool> isObserved(mlir::func::FuncOp network);

/// Of the operands of `neuron`, `headroom` times as large as seen; empty where nothing was.
llvm::SmallVector<OperandRange, 2> getObserved(snn::NeuronOp neuron, double headroom);

/// What the input was, before and after normalization.
struct ObservedInput {
  OperandRange raw, normalized;
};
std::optional<ObservedInput> getObserved(snn::EncodeOp encode, double headroom);

} // namespace snnc::quantize

#endif
