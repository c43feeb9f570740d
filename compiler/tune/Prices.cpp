//===- The second strategy: errors and events of all layers, traded at one price by replays -------------------===//
#include "compiler/tune/Strategies.h"

#include "compiler/support/Parallel.h"
#include "compiler/tune/Replay.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <fmt/format.h>

namespace snnc::tune {

namespace {

/// What recording costs, in runs: so many images, and so many runs for one.
constexpr int64_t kRecordingRuns = 24 * 4;
/// Of all runs: where this strategy ends.
constexpr double kPricesShare = 0.6;

/// Last steps that the deepest layers may lose so that others begin a whole step after each other.
constexpr uint32_t kCut = 2;

/// Prices are looked for between so many times the low one and `kRise` times as much, by halving the interval so often.
constexpr double kFirstRung = 4, kRise = 512;
constexpr int kBisections = 5;

/// Dead zones of an untuned network, and of a layer that is made worse to see how much it matters.
constexpr double kZone = 0.65, kWorse[] = {1.0, 1.5};
/// Networks that are the same all over are candidates too: often hard to beat. The last dead zone stands apart.
constexpr double kUniform[][2] = {{0.5, 0.5}, {0.6, 0.6}, {0.66, 0.85}, {0.68, 1.1}};

/// Few images see some layers not at all, or the wrong way round: they weigh a fifth of the median, and that above 0.
void raiseMin(std::vector<double> &weights) {
  std::vector<double> sorted = weights;
  std::sort(sorted.begin(), sorted.end());
  double min = std::max(sorted[sorted.size() / 2] * 0.2, 1e-12);
  for (double &weight : weights)
    weight = std::max(weight, min);
}

/// Records the candidate, in `steps` time steps, and gives every layer what costs it least.
data::Status optimizeAll(const Context &context, Candidate &candidate, uint32_t steps, double price,
                         bool initials) {
  auto recordings = context.evaluator.record(candidate, steps);
  if (!recordings)
    return data::Error{recordings.error()};
  parallelFor(context.threads, static_cast<int64_t>(context.layers.size()), [&](int64_t i) {
    Weights weights{context.errorWeights[i], price * context.layers.shares[i]};
    Choice &choice = candidate.choices[i];
    choice = optimizeSteps((*recordings)[i], candidate.frames[i], weights, choice);
    if (initials)
      choice = optimizeInitial((*recordings)[i], candidate.frames[i], weights, choice);
  });
  return data::success();
}

/// What is within reach of the steps that a layer of equal ones takes, the likeliest first.
std::vector<uint32_t> getStepOrder(const Extent &extent, uint32_t steps) {
  auto [min, max] = extent.getStepRange(steps);
  std::vector<uint32_t> order;
  for (uint32_t perLayer = min; perLayer <= max; ++perLayer)
    order.push_back(perLayer);
  auto getRank = [&](uint32_t n) {
    return std::pair(n > extent.equalSteps ? n - extent.equalSteps : extent.equalSteps - n, n);
  };
  if (extent.isKept)
    llvm::sort(order, [&](uint32_t a, uint32_t b) { return getRank(a) < getRank(b); });
  return order;
}

/// Tries `start` with dead zones that are the same all over. Whether all of them surely fail the budget.
data::Result<bool> failAlike(Context &context, const Candidate &start) {
  bool isHopeless = true;
  for (auto [zone, lastZone] : kUniform) {
    Candidate uniform = start;
    for (Choice &choice : uniform.choices) {
      std::fill(choice.zones.begin(), choice.zones.end(), zone);
      choice.zones.back() = lastZone;
    }
    if (auto kept = context.trials.consider(uniform); !kept)
      return kept;
    isHopeless &= context.trials.budget().isLost(context.trials.all().back().point.found, kSure);
  }
  return isHopeless;
}

/// The highest price between `low` and `high` at which `candidate`, refined, keeps the budget.
data::Status bisect(Context &context, Candidate candidate, double low, double high) {
  for (int i = 0; i < kBisections && !context.evaluator.isSpent(kPricesShare); ++i) {
    double middle = std::sqrt(low * high);
    auto refined = refine(context, candidate, middle);
    if (!refined)
      return data::Error{refined.error()};
    auto isKept = context.trials.consider(*refined, middle);
    if (!isKept)
      return data::Error{isKept.error()};
    (*isKept ? low : high) = middle;
    if (*isKept)
      candidate = *refined;
  }
  return data::success();
}

/// The same for one number of steps per layer.
data::Status searchPricesOf(Context &context, uint32_t steps, uint32_t perLayer) {
  auto start = makeStart(context, steps, perLayer);
  if (!start)
    return data::Error{start.error()};
  double low = kFirstRung * start->price;
  auto isHopeless = failAlike(context, start->candidate); // too few steps, at any price
  if (!isHopeless)
    return data::Error{isHopeless.error()};
  auto refined = refine(context, start->candidate, low);
  if (!refined)
    return data::Error{refined.error()};
  auto isEnough = context.trials.consider(*refined, low);
  if (!isEnough)
    return data::Error{isEnough.error()};
  const Measurement &found = context.trials.all().back().point.found;
  if (!*isEnough && (*isHopeless || context.trials.budget().isLost(found, kSure)))
    return data::success();
  return bisect(context, *refined, low, low * kRise);
}

} // namespace

data::Result<std::vector<double>> measureErrorWeights(const Context &context, uint32_t steps) {
  uint32_t perLayer = std::min<uint32_t>(4, steps);
  Candidate base = context.withUnits(context.layers.makeUniform(steps, perLayer, kZone, 0));
  auto recordings = context.evaluator.record(base, base.countSteps());
  if (!recordings)
    return data::Error{recordings.error()};
  auto before = context.weigh(base);
  if (!before)
    return data::Error{before.error()};
  std::vector<double> weights;
  for (size_t i = 0; i < context.layers.size(); ++i) {
    Candidate worse = base;
    std::vector<double> &zones = worse.choices[i].zones;
    for (size_t k = 0; k < std::min<size_t>(2, zones.size()); ++k)
      zones[zones.size() - 1 - k] = kWorse[1 - k];
    auto after = context.weigh(worse);
    if (!after)
      return data::Error{after.error()};
    double local = replay((*recordings)[i], base.frames[i], worse.choices[i]).error -
                   replay((*recordings)[i], base.frames[i], base.choices[i]).error;
    double grown = after->getDistortion() - before->getDistortion();
    weights.push_back(local > 0 ? grown / local : 0);
  }
  raiseMin(weights);
  return weights;
}

data::Result<Priced> makeStart(const Context &context, uint32_t steps, uint32_t perLayer) {
  std::optional<Candidate> best;
  double min = 0;
  for (uint32_t cut = 0; cut <= std::min(kCut, perLayer - 1); ++cut) {
    Candidate candidate =
        context.withUnits(context.layers.makeUniform(steps, perLayer, kZone, cut));
    auto found = context.weigh(candidate);
    if (!found)
      return data::Error{found.error()};
    double score = context.layers.getScore(*found);
    if (best && score >= min)
      continue;
    min = score;
    best = candidate;
  }
  auto untuned = context.weigh(*best);
  if (!untuned)
    return data::Error{untuned.error()};
  return Priced{*best, context.layers.getLowPrice(*untuned)};
}

data::Result<Candidate> refine(const Context &context, const Candidate &candidate, double price) {
  context.evaluator.account(2 * kRecordingRuns);
  auto choices = context.evaluator.recall(
      candidate.getName(fmt::format("price {}", price)), [&]() -> data::Result<nlohmann::json> {
        Candidate refined = candidate;
        // Layers that end earlier now strive as long as they did.
        const uint32_t steps = candidate.countSteps();
        for (bool initials : {true, false})
          if (auto status = optimizeAll(context, refined, steps, price, initials); !status)
            return data::Error{status.error()};
        return toJSON(refined.choices);
      });
  if (!choices)
    return data::Error{choices.error()};
  Candidate refined = candidate;
  refined.choices = toChoices(*choices);
  return refined;
}

data::Status searchPrices(Context &context, const Extent &extent, uint32_t steps) {
  for (uint32_t perLayer : getStepOrder(extent, steps)) {
    if (context.evaluator.isSpent(kPricesShare))
      break;
    if (auto status = searchPricesOf(context, steps, perLayer); !status)
      return status;
  }
  return data::success();
}

} // namespace snnc::tune
