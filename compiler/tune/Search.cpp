#include "compiler/tune/Search.h"

#include <algorithm>

namespace snnc::tune {

namespace {

/// Images that weights are made of, and that rule changes out, at most and at least; and the shares of all runs that
/// they may take.
constexpr int64_t kMaxWeighed = 48, kMaxRaced = 24, kMinImages = 8;
constexpr double kWeighedShare = 0.1, kRacedShare = 0.3;
/// Changes of one layer that are raced, about.
constexpr int64_t kChanges = 14;
/// Of all runs: after this share the whole search is at an end.
constexpr double kLastShare = 0.9;
/// One image of so many is held out.
constexpr int64_t kHeldOut = 3;

/// Images of each of `count` measurements that may take a share of all runs together.
int64_t countImages(int64_t maxRuns, double share, int64_t count, int64_t max) {
  if (maxRuns == 0)
    return max;
  auto affordable = static_cast<int64_t>(share * static_cast<double>(maxRuns)) / count;
  return std::clamp(affordable, kMinImages, max);
}

/// How many images each part of a search sees.
struct Counts {
  int64_t searched; ///< by all of them; those behind are held out
  int64_t weighed, raced;

  Counts(int64_t all, int64_t layers, int64_t maxRuns)
      : searched(all - all / kHeldOut),
        weighed(countImages(maxRuns, kWeighedShare, layers, kMaxWeighed)),
        raced(countImages(maxRuns, kRacedShare, kChanges * layers, kMaxRaced)) {}

  /// Runs that a search will take, about.
  int64_t countRuns(int64_t layers, int64_t maxRuns) const {
    int64_t weights = (layers + 4) * (weighed + kProgramRuns);
    int64_t prices = 4 * (12 * (weighed + kProgramRuns) + 5 * searched);
    int64_t polish = layers * (kChanges * (raced + kProgramRuns) + 4 * raced);
    int64_t all = weights + prices + kPolishings * polish;
    return maxRuns > 0 ? std::min(all, maxRuns) : all;
  }
};

/// Looks for the choice within the time steps there are; nothing where none keeps the budget.
data::Result<std::optional<Chosen>> searchWithin(Context &context, const Extent &extent,
                                                 Goal goal) {
  using Result = data::Result<std::optional<Chosen>>;
  auto weights = measureErrorWeights(context, extent.steps);
  if (!weights)
    return data::Error{weights.error()};
  context.errorWeights = std::move(*weights);
  uint32_t steps = extent.steps;
  if (goal == Goal::Steps) {
    auto min = findFewestSteps(context, extent);
    if (!min)
      return data::Error{min.error()};
    steps = *min;
  }
  auto searchIn = [&]() -> Result {
    if (auto status = searchPrices(context, extent, steps); !status)
      return data::Error{status.error()};
    if (auto status = polishBest(context, steps); !status)
      return data::Error{status.error()};
    return confirm(context, steps);
  };
  Result chosen = searchIn();
  // What the images of the search allow, those held out may not.
  while (chosen && !*chosen && goal == Goal::Steps && steps < extent.steps &&
         !context.evaluator.isSpent(kLastShare)) {
    ++steps;
    chosen = searchIn();
  }
  return chosen && !*chosen ? confirm(context, extent.steps) : chosen;
}

/// The choice, and whether it keeps the budget.
data::Result<std::pair<Chosen, bool>> choose(Context &context, const SearchOptions &options) {
  if (auto status = chooseUnits(context, options.maxSteps); !status)
    return data::Error{status.error()};
  auto extent = climb(context, options.maxSteps);
  if (!extent)
    return data::Error{extent.error()};
  // Where no number of steps is enough, no distribution of them is.
  if (options.maxSteps > 0 || extent->isKept) {
    auto chosen = searchWithin(context, *extent, options.goal);
    if (!chosen)
      return data::Error{chosen.error()};
    if (*chosen)
      return std::pair(**chosen, true);
  }
  auto nearest = takeNearest(context);
  if (!nearest)
    return data::Error{nearest.error()};
  return std::pair(*nearest, false);
}

} // namespace

data::Result<Found> search(const Layers &layers, CandidateRunner &runner, Memo memo,
                           const SearchOptions &options) {
  const auto count = static_cast<int64_t>(layers.size());
  const Counts images(runner.size(), count, options.maxRuns);
  Evaluator evaluator(runner, std::move(memo), images.countRuns(count, options.maxRuns),
                      options.maxRuns);
  Trials trials(evaluator, layers, options.budget, images.searched);
  Context context{layers,         evaluator,    trials,        options.threads,
                  images.weighed, images.raced, Balance{0, 1}, {}};
  auto chosen = choose(context, options);
  Found found;
  for (const Tried &one : trials.all())
    found.front.points.push_back(one.point);
  if (!chosen)
    return data::Error{chosen.error()};
  if (auto status = evaluator.flush(); !status)
    return data::Error{status.error()};
  const Chosen &choice = chosen->first;
  found.chosen = choice.candidate;
  found.front.isKept = chosen->second;
  found.front.chosen = choice.point;
  found.front.heldOut = choice.heldOut;
  return found;
}

} // namespace snnc::tune
