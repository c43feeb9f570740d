//===- ConvertIntegers: a network in the integers that were chosen for it -------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_CONVERTINTEGERS_H
#define SNNC_COMPILER_QUANTIZE_CONVERTINTEGERS_H

#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/quantize/RoundingMemo.h"

namespace snnc::quantize {

/// Rewrites weights, biases, streams, populations, input and outputs by their formats, which are gone afterwards. Gives what
/// its sums stay within: whether they fit is for others to see. `memo`: of all that chooses or rounds. Emits an error where formats do not agree.
mlir::FailureOr<AccumulatorBounds> convertToIntegers(mlir::func::FuncOp network,
                                                     RoundingMemo &memo);

} // namespace snnc::quantize

#endif
