//===- The search for the fewest time steps that the budget allows ------------------------------------------===//
#include "compiler/tune/Search.h"

using namespace mlir;

namespace snnc::tune {

/// Of all runs: where this search ends.
static constexpr double kStepsShare = 0.4;

/// The fewest steps at which some candidate keeps the budget, whatever its events.
std::optional<uint32_t> Search::findFewestSteps() {
  auto isEnough = [&](uint32_t steps) -> std::optional<bool> {
    for (uint32_t perLayer = kFewest; perLayer <= getStepRange(steps).second; ++perLayer) {
      auto start = makeStart(steps, perLayer);
      auto untuned = start ? measure(*start, 0, weighed) : std::nullopt;
      if (!untuned)
        return std::nullopt;
      Candidate candidate = *start;
      if (!refine(candidate, getLowPrice(*untuned)))
        return std::nullopt;
      auto kept = consider(candidate);
      if (!kept || *kept)
        return kept;
    }
    return false;
  };
  uint32_t low = kFewest - 1, high = options.maxSteps; // low is not enough; high is believed to be
  while (high - low > 1 && !isSpent(kStepsShare)) {
    uint32_t middle = (low + high) / 2;
    auto enough = isEnough(middle);
    if (!enough)
      return std::nullopt;
    (*enough ? high : low) = middle;
  }
  return high;
}

/// Fewer steps than the replays found enough, as long as polishing makes them so.
bool Search::searchFewerSteps(uint32_t &steps) {
  for (uint32_t fewer = steps - 1; fewer >= kFewest && !isSpent(kStepsShare); --fewer) {
    Candidate best;
    double least = 2;
    for (uint32_t perLayer = kFewest; perLayer <= getStepRange(fewer).second; ++perLayer) {
      auto start = makeStart(fewer, perLayer);
      auto untuned = start ? measure(*start, 0, weighed) : std::nullopt;
      if (!untuned)
        return false;
      Candidate candidate = *start;
      if (!refine(candidate, getLowPrice(*untuned)))
        return false;
      auto found = measure(candidate, 0, weighed);
      if (!found)
        return false;
      if (found->getDistortion() >= least)
        continue;
      least = found->getDistortion();
      best = candidate;
    }
    bool isKept = false;
    for (int i = 0; i < kPolishings && !isKept; ++i) {
      double price = best.price;
      if (!polish(best, price, fewer))
        return false;
      auto kept = consider(best);
      if (!kept)
        return false;
      isKept = *kept;
    }
    if (!isKept)
      return true;
    steps = fewer;
  }
  return true;
}

} // namespace snnc::tune
