//===- ChooseFormats: which integers a network will have ------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_CHOOSEFORMATS_H
#define SNNC_COMPILER_QUANTIZE_CHOOSEFORMATS_H

#include "compiler/quantize/ChooseFractions.h"
#include "compiler/quantize/RoundingMemo.h"

namespace snnc::quantize {

/// Writes `snn.format` (Formats.h) on populations, the input and synapses of a prepared network, by what they have seen
/// (Observed.h). Where weights would be lost or have more than one LSB, scales and requantizes are put in front of them.
/// `memo`: of all that chooses or rounds. Emits an error where something has no integers.
mlir::LogicalResult chooseFormats(mlir::func::FuncOp network, const Settings &settings,
                                  RoundingMemo &memo);

} // namespace snnc::quantize

#endif
