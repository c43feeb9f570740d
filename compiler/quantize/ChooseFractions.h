//===- ChooseFractions: what is chosen for each population before its weights are known -----------------===//
#ifndef SNNC_COMPILER_QUANTIZE_CHOOSEFRACTIONS_H
#define SNNC_COMPILER_QUANTIZE_CHOOSEFRACTIONS_H

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

/// Emits an error where settings are none that there are; `input` is "u8", "i16", or "" for what images are.
mlir::LogicalResult checkSettings(mlir::func::FuncOp network, const Settings &settings,
                                  llvm::StringRef input);

/// Writes the format of each population, chosen by what it has seen (`snn.observed`) where it has, and what images said of
/// it (`snn.quantization`). Emits an error at one whose steps do not fit together.
mlir::LogicalResult chooseFractions(mlir::func::FuncOp network, const Settings &settings);

} // namespace snnc::quantize

#endif
