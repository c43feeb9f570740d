//===- ChooseFractions: what is chosen for each population before its weights are known -----------------===//
#ifndef SNNC_COMPILER_QUANTIZE_CHOOSEFRACTIONS_H
#define SNNC_COMPILER_QUANTIZE_CHOOSEFRACTIONS_H

#include "compiler/quantize/Importance.h"
#include "compiler/quantize/QuantizeNeurons.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::quantize {

/// Fraction bits of steps that are not powers of two; those of the sign code, where sums still fit.
inline constexpr unsigned kStepFraction = 10, kSignFraction = 12;

struct Settings {
  unsigned weightBits, stateBits;
  int64_t steps;                  ///< of schedules without an end
  bool isByte;                    ///< the input is bytes
  double headroom, inputHeadroom; ///< by how much ranges are to be larger than seen
  unsigned signFraction;          ///< most fraction bits of the sign code's steps
};

struct Choice {
  IntegerSteps steps;
  llvm::SmallVector<int, 2> inputFractions;  ///< of the estimates, by operand
  int operandFraction = 0;                   ///< of what is compared
  int64_t align = 0, epsilon = 0;            ///< of functions of two operands
  llvm::SmallVector<OperandRange, 2> ranges; ///< by operand; empty without images
  bool mayPass =
      false; ///< estimates that leave 16 bits lose nothing: the function stays what it is there

  /// Estimates that leave 16 bits on the images.
  uint64_t countSaturated() const;
};

/// One for each population, in program order; emits an error at one whose steps do not fit together.
/// From what they have seen, where they have (`snn.observed`).
mlir::FailureOr<std::vector<Choice>> chooseFractions(mlir::func::FuncOp network,
                                                     const Settings &settings);

} // namespace snnc::quantize

#endif
