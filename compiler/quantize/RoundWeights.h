//===- RoundWeights: integers for the weights of one output -------------------------------------------------===//
//
// With moments, one weight after the other is rounded to where it takes back what those before it are off by, as far as
// their inputs vary together: Babai's nearest plane ("On Lovasz' lattice reduction and the nearest lattice point
// problem", 1986), which GPTQ (Frantar et al. 2023) walks from the other end. Then single weights move by one while
// that makes the error smaller.
//
// Without, each weight is the nearest. Inputs are taken to be independent, with means as large as their deviations, as
// they are behind a ReLU: the error is the sum of squares plus the square of the sum.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_ROUNDWEIGHTS_H
#define SNNC_COMPILER_QUANTIZE_ROUNDWEIGHTS_H

#include "compiler/quantize/InputMoments.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace snnc::quantize {

/// The weights of one output, what an integer of each input is worth, and how the inputs vary: null where no
/// images were seen.
struct WeightRow {
  Numbers weights, inputs;
  const InputMoments *moments = nullptr;
};

/// Integers of -most..most for a row whose result counts in `unit`s.
Numbers roundWeights(const WeightRow &row, double unit, double max);

/// What `integers` leave out of a row's sum on average; 0 without moments.
double getMeanError(const WeightRow &row, const Numbers &integers, double unit);

/// The unit of which all weights of `rows` are whole multiples, at most `max` times, if there is one: a quantized file has
/// weights that need not be rounded again. `widest`: in which the largest weight is `max`.
std::optional<double> getExactUnit(llvm::ArrayRef<WeightRow> rows, double widest, double max);

/// The unit, of those from `widest` (in which all weights fit) down to a half of it, with the least error of all `rows`
/// together: with few bits it is better to cut the largest weights off than to round all others coarsely.
double getBestUnit(llvm::ArrayRef<WeightRow> rows, double widest, double max);

} // namespace snnc::quantize

#endif
