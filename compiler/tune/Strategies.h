//===- Strategies: the parts of a search, each of which asks an evaluator -----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_STRATEGIES_H
#define SNNC_COMPILER_TUNE_STRATEGIES_H

#include "compiler/tune/Trials.h"
#include <limits>
#include <optional>

namespace snnc::tune {

/// How often the best network is polished.
constexpr int kPolishings = 3;

/// Steps of a layer worth trying: three tell 1/8 of the range apart, eight 1/256.
constexpr uint32_t kMin = 2, kMax = 8;

/// What all of them work with.
struct Context {
  const Layers &layers;
  Evaluator &evaluator;
  Trials &trials;
  unsigned threads;
  int64_t weighed, raced; ///< images that weights are made of, and that rule changes out
  Balance units;          ///< that candidates have, once `chooseUnits` has chosen them
  /// By layer: how much the outputs' error grows with that of its own. For `refine`.
  std::vector<double> errorWeights;

  data::Result<Measurement> weigh(const Candidate &candidate) const {
    return evaluator.measure(candidate, {0, weighed});
  }
  Candidate withUnits(Candidate candidate) const {
    candidate.units = units;
    return candidate;
  }
};

/// How much there is to search in.
struct Extent {
  uint32_t steps = 0;      ///< time steps at most
  uint32_t equalSteps = 0; ///< that layers take where all are alike
  bool isKept = false;     ///< whether the budget is then

  /// How many steps of a layer are worth trying, at least and at most, with so many time steps.
  std::pair<uint32_t, uint32_t> getStepRange(uint32_t within) const;
};

/// A candidate and what an event costs.
struct Priced {
  Candidate candidate;
  double price = 0;
};

/// The choice of a search.
struct Chosen {
  Candidate candidate;
  Point point;
  Measurement heldOut; ///< on images that the search did not see
};

/// Gives channels units that fit how much their errors matter, where that is better than to leave them.
data::Status chooseUnits(Context &context, int64_t maxSteps);

/// Networks in which all layers are alike, with ever more steps, until the budget is kept. Where nothing keeps it, the
/// extent is that of the network that came nearest. `maxSteps` 0: any number.
data::Result<Extent> climb(Context &context, int64_t maxSteps);

/// What `Context::errorWeights` are.
data::Result<std::vector<double>> measureErrorWeights(const Context &context, uint32_t steps);

/// The best of the networks in which all layers take `perLayer` steps, or the deepest ones fewer: a layer that
/// begins together with the one before it decides wrongly at first. Its price is one at which events hardly matter.
data::Result<Priced> makeStart(const Context &context, uint32_t steps, uint32_t perLayer);
/// Records the candidate, and gives every layer what costs it least at this price of an event.
data::Result<Candidate> refine(const Context &context, const Candidate &candidate, double price);
/// For every number of steps per layer, looks for the highest price that keeps the budget.
data::Status searchPrices(Context &context, const Extent &extent, uint32_t steps);

/// The fewest steps at which some candidate keeps the budget, whatever its events; at first as replays say, then as
/// long as polishing makes fewer enough.
data::Result<uint32_t> findFewestSteps(Context &context, const Extent &extent);

/// Tries to change every layer once, and the start of all layers from a depth on.
data::Result<Candidate> polish(const Context &context, Candidate candidate, double price,
                               uint32_t steps);
/// Polishes the cheapest network that keeps the budget, or the one nearest to it. The price of an event
/// follows the budget; what fails it is left.
data::Status polishBest(Context &context, uint32_t steps);

/// The cheapest candidate of `steps` at most that keeps the budget, also on the images held out, if any.
data::Result<std::optional<Chosen>> confirm(const Context &context, uint32_t steps);
/// Where nothing keeps the budget: the network whose outputs are nearest to the ANN's.
data::Result<Chosen> takeNearest(const Context &context);

} // namespace snnc::tune

#endif
