//===- Observed: what an operation saw on images, as an attribute ------------------------------------------===//
//
// `--snn-observe` writes it, and what chooses formats and rounds reads it: `snn.observed` and `snn.magnitudes`, as seen and without
// headroom, and `snn.moments` (docs/spec/attributes.md).
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_OBSERVED_H
#define SNNC_COMPILER_QUANTIZE_OBSERVED_H

#include "compiler/quantize/OperandRanges.h"

namespace snnc::quantize {

/// Writes the ranges of every population's operands, those of the input, magnitudes and moments, which it takes out of `ranges`.
void recordRanges(mlir::func::FuncOp network, Ranges &ranges);

/// Whether all that images are seen by knows what it saw; emits an error where only some do, or where moments were taken for
/// another headroom.
mlir::FailureOr<bool> isObserved(mlir::func::FuncOp network, double headroom);

/// Frees the memory of magnitudes and moments of a network that nobody reads any more, nor clones of it.
void releaseObserved(mlir::func::FuncOp network);

/// What a convolution or gemm saw, of each group; nothing without images.
class SeenMoments {
public:
  SeenMoments() = default;
  explicit SeenMoments(mlir::Operation *op);
  SeenMoments(SeenMoments &&) = default;
  SeenMoments &operator=(SeenMoments &&) = default;
  llvm::ArrayRef<InputMoments> getGroups() const { return groups; }

private:
  Numbers means, factors; ///< where they do not lie in memory as such
  std::vector<InputMoments> groups;
};

/// Of the operands of `neuron`, `headroom` times as large as seen; empty where nothing was.
llvm::SmallVector<OperandRange, 2> getObserved(snn::NeuronOp neuron, double headroom);

/// What the input was, before and after normalization.
struct ObservedInput {
  OperandRange raw, normalized;
};
std::optional<ObservedInput> getObserved(snn::EncodeOp encode, double headroom);

} // namespace snnc::quantize

#endif
