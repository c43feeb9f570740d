//===- The search for the fewest time steps that the budget allows ------------------------------------------===//
#include "compiler/tune/Strategies.h"

namespace snnc::tune {

namespace {

/// Of all runs: where this search ends.
constexpr double kStepsShare = 0.4;

/// What replays make of `steps` time steps with `perLayer` of each layer, at a price at which events hardly matter.
data::Result<Priced> makeCareless(const Context &context, uint32_t steps, uint32_t perLayer) {
  auto start = makeStart(context, steps, perLayer);
  if (!start)
    return data::Error{start.error()};
  auto refined = refine(context, start->candidate, start->price);
  if (!refined)
    return data::Error{refined.error()};
  return Priced{*refined, start->price};
}

/// Whether replays find something within so many steps.
data::Result<bool> isEnough(Context &context, const Extent &extent, uint32_t steps) {
  for (uint32_t perLayer = kMin; perLayer <= extent.getStepRange(steps).second; ++perLayer) {
    auto made = makeCareless(context, steps, perLayer);
    if (!made)
      return data::Error{made.error()};
    auto kept = context.trials.consider(made->candidate, made->price);
    if (!kept || *kept)
      return kept;
  }
  return false;
}

/// What replays make of `steps` time steps whose outputs are nearest to the ANN's.
data::Result<Priced> makeNearest(const Context &context, const Extent &extent, uint32_t steps) {
  Priced best;
  double min = std::numeric_limits<double>::infinity();
  for (uint32_t perLayer = kMin; perLayer <= extent.getStepRange(steps).second; ++perLayer) {
    auto made = makeCareless(context, steps, perLayer);
    if (!made)
      return made;
    auto found = context.weigh(made->candidate);
    if (!found)
      return data::Error{found.error()};
    if (found->getDistortion() >= min)
      continue;
    min = found->getDistortion();
    best = *made;
  }
  return best;
}

/// Whether polishing finds something within so many steps.
data::Result<bool> canBePolished(Context &context, const Extent &extent, uint32_t steps) {
  auto best = makeNearest(context, extent, steps);
  if (!best)
    return data::Error{best.error()};
  for (int i = 0; i < kPolishings; ++i) {
    auto polished = polish(context, best->candidate, best->price, steps);
    if (!polished)
      return data::Error{polished.error()};
    best->candidate = *polished;
    auto kept = context.trials.consider(best->candidate, best->price);
    if (!kept || *kept)
      return kept;
  }
  return false;
}

} // namespace

data::Result<uint32_t> findFewestSteps(Context &context, const Extent &extent) {
  uint32_t low = kMin - 1, high = extent.steps; // low is not enough; high is believed to be
  while (high - low > 1 && !context.evaluator.isSpent(kStepsShare)) {
    uint32_t middle = (low + high) / 2;
    auto enough = isEnough(context, extent, middle);
    if (!enough)
      return data::Error{enough.error()};
    (*enough ? high : low) = middle;
  }
  for (uint32_t fewer = high - 1; fewer >= kMin && !context.evaluator.isSpent(kStepsShare);
       --fewer) {
    auto enough = canBePolished(context, extent, fewer);
    if (!enough)
      return data::Error{enough.error()};
    if (!*enough)
      break;
    high = fewer;
  }
  return high;
}

} // namespace snnc::tune
