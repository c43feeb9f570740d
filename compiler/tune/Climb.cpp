//===- The first strategy: how many steps the budget takes where all layers are alike -----------------------===//
#include "compiler/tune/Strategies.h"

#include <algorithm>

namespace snnc::tune {

namespace {

/// The steps a layer takes when units are compared.
constexpr uint32_t kBalanced = 6;
/// How units may follow sensitivities.
constexpr Balance kBalances[] = {{0, 1}, {0.5, 4}, {0.8, 8}};
/// By how many fewer and more steps than layers of equal steps take networks are looked for.
constexpr uint32_t kFewer = 2, kMore = 1;

/// For networks in which all layers are alike.
std::vector<Uniform> getEqualSettings(const Context &context, int64_t maxSteps) {
  return getLadder(context.layers.getDeepest(), {.maxSteps = maxSteps});
}

} // namespace

data::Status chooseUnits(Context &context, int64_t maxSteps) {
  std::vector<Uniform> ladder = getEqualSettings(context, maxSteps);
  auto rung = std::find_if(ladder.begin(), ladder.end(),
                           [](const Uniform &one) { return one.steps >= kBalanced; });
  Candidate candidate = context.layers.makeEqual(rung == ladder.end() ? ladder.back() : *rung);
  std::optional<double> min;
  for (const Balance &balance : kBalances) {
    candidate.units = balance;
    auto found = context.weigh(candidate);
    if (!found)
      return data::Error{found.error()};
    double score = context.layers.getScore(*found);
    if (min && score >= *min)
      continue;
    min = score;
    context.units = balance;
  }
  return context.evaluator.settle(context.units);
}

data::Result<Extent> climb(Context &context, int64_t maxSteps) {
  Extent extent{static_cast<uint32_t>(maxSteps)};
  double min = std::numeric_limits<double>::infinity();
  for (const Uniform &uniform : getEqualSettings(context, maxSteps)) {
    Candidate candidate = context.withUnits(context.layers.makeEqual(uniform));
    auto kept = context.trials.consider(candidate);
    if (!kept)
      return data::Error{kept.error()};
    double distortion = context.trials.all().back().point.found.getDistortion();
    if (!*kept && distortion >= min)
      continue;
    min = distortion;
    extent.equalSteps = uniform.steps;
    if (maxSteps == 0)
      extent.steps = candidate.countSteps();
    extent.isKept = *kept;
    if (*kept)
      break;
  }
  return extent;
}

std::pair<uint32_t, uint32_t> Extent::getStepRange(uint32_t within) const {
  if (!isKept)
    return {kMin + 1, std::min(kMax, within)};
  uint32_t min = std::min(equalSteps, within);
  return {std::max(kMin + 1, min - std::min(min, kFewer)), std::min(equalSteps + kMore, within)};
}

} // namespace snnc::tune
