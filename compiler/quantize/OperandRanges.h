//===- OperandRanges: how large the estimates of neurons get on real images -------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_OPERANDRANGES_H
#define SNNC_COMPILER_QUANTIZE_OPERANDRANGES_H

#include "compiler/data/Dataset.h"
#include "compiler/quantize/InputMoments.h"
#include "dialects/snn/Attributes.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include <array>

namespace snnc::quantize {

/// What an operand of a population was; of exact functions in the neuron's units (divided by its range).
struct OperandRange {
  double min = 0, max = 0;
  /// How many numbers had a magnitude from 2^(i - kZero) to twice that; the last one: or more.
  std::array<uint64_t, 2 * snn::kObservedExponents> ofExponent{};
  uint64_t total = 0;
  static constexpr int kZero = snn::kObservedExponents;

  void add(llvm::ArrayRef<double> numbers);
  /// As if every number had been `factor` times as large.
  void widen(double factor);
  double magnitude() const { return std::max(-min, max); }
  /// How many exceed 2^exponent.
  uint64_t countAbove(int exponent) const;
};

struct Ranges {
  llvm::MapVector<mlir::OpOperand *, OperandRange> operands;
  OperandRange input;                                       ///< normalized
  OperandRange raw;                                         ///< before normalization
  llvm::DenseMap<mlir::Value, Numbers> magnitudes;          ///< of each element of every stream
  llvm::MapVector<mlir::Operation *, GroupMoments> moments; ///< of each convolution and gemm
  double headroom = 1;                                      ///< of the moments
};

/// Evaluates the network as the ANN it stands for (each neuron gives its function's value) on the first `limit` images
/// (0: all). `headroom` (at least 1): by how much data may go beyond these, for the moments; all else is as seen.
mlir::FailureOr<Ranges> observeOperands(mlir::func::FuncOp network, const data::Dataset &dataset,
                                        uint64_t limit, double headroom);

} // namespace snnc::quantize

#endif
