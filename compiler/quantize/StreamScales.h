//===- StreamScales: what one unit of every integer stream is worth ----------------------------------------===//
//
// The least significant bit (LSB) of each element of each stream, as a real number. Spikes have the LSB of their steps. Sums
// with weights, and what is requantized, have those of their formats (Formats.h). Pools and moves of elements are exact:
// their LSBs follow from those of their inputs.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_STREAMSCALES_H
#define SNNC_COMPILER_QUANTIZE_STREAMSCALES_H

#include "compiler/quantize/Formats.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/RoundingMemo.h"

namespace snnc::quantize {

/// Factors of `snn.scale` have 16 bits.
inline constexpr double kLargestFactor = 32767;
/// The largest integer of weights.
inline double getLargestWeight(unsigned bits) { return (1 << (bits - 1)) - 1; }

/// Channels of what `op` reads, of which each has its own weights: those of a pool are its first dimension.
snn::ChannelView getInputs(mlir::Operation *op);

class StreamScales {
public:
  /// No LSBs are known yet.
  explicit StreamScales(mlir::func::FuncOp network);

  /// Finds the LSBs of what `op` delivers, of which those of all that it reads are known: by its format, or by what it
  /// reads where it has none.
  void add(mlir::Operation *op);

  const Numbers &get(mlir::Value stream) const { return scales.find(stream)->second; }
  /// By which power of two the events of a convolution or gemm are multiplied.
  unsigned getShift(mlir::Operation *synapse) const { return integers.lookup(synapse).shift; }
  /// The largest integer weight.
  double getLargest(mlir::Operation *synapse) const;
  /// The integer weights of a weighted synapse, in the shape of its real ones; with `meanErrors` also what they leave
  /// out of each output on average, as real numbers, empty where it is not known.
  Numbers getWeights(mlir::Operation *synapse, RoundingMemo &memo,
                     Numbers *meanErrors = nullptr) const;
  /// A real constant added to `current` in its LSBs.
  Numbers getBias(mlir::Value current, const Numbers &constant,
                  llvm::ArrayRef<int64_t> shape) const;

protected:
  /// Of the weights of a convolution or gemm.
  struct WeightIntegers {
    unsigned bits = 8, shift = 0;
  };
  llvm::DenseMap<mlir::Operation *, WeightIntegers> integers;

  void set(mlir::Value stream, Numbers scale) { scales[stream] = std::move(scale); }
  /// From what a synapse without weights reads.
  Numbers derive(snn::SynapseOpInterface synapse) const;
  /// The weights of each output of a convolution or gemm.
  std::vector<WeightRow> getRows(mlir::Operation *op) const;
  /// What an integer of the weights of an output is worth.
  double getUnit(mlir::Operation *op, size_t output) const;
  /// The factors of a scale times the LSBs of what they multiply.
  Numbers getFactors(mlir::Operation *scale) const;

private:
  llvm::DenseMap<mlir::Value, Numbers> scales;
  llvm::DenseMap<mlir::Operation *, SeenMoments> moments;
};

} // namespace snnc::quantize

#endif
