//===- The third strategy: one layer changed at a time, measured by running the network -----------------------===//
#include "compiler/tune/Strategies.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <set>

namespace snnc::tune {

namespace {

/// Images that confirm changes which others have not ruled out, in those.
constexpr int64_t kConfirmed = 5;
/// Of all runs: where polishing ends.
constexpr double kPolishedShare = 0.9;
/// Changes of a layer that are confirmed at most.
constexpr size_t kFinalists = 2;
/// Of its price that a network must save for a change to be worth having.
constexpr double kWorthwhile = 1e-3;

/// By how much dead zones, the last of them, and the scale change. Dead zones stay within limits.
constexpr double kZoneStep = 0.05, kLastZoneStep = 0.15, kScaleStep = 1.08;
constexpr double kMinZone = 0.4, kMaxZone = 1.5;
/// The dead zone of a step that is added.
constexpr double kNewZone = 0.7;

/// Along the front of good networks a percent fewer events means some three percent more error, which makes
/// the first price so many times the low one. It rises while the budget is kept, and falls where it is lost.
constexpr double kSteep = 24, kRaise = 1.5, kFall = 2.5;

void moveZone(double &zone, double by) { zone = std::clamp(zone + by, kMinZone, kMaxZone); }

/// What could be done to one layer.
std::vector<Candidate> getNeighbours(const Candidate &candidate, size_t layer, uint32_t steps) {
  std::vector<Candidate> found;
  auto add = [&](auto change) {
    Candidate other = candidate;
    change(other.frames[layer], other.choices[layer]);
    if (other.countSteps() <= steps)
      found.push_back(std::move(other));
  };
  for (double sign : {-1.0, 1.0}) {
    add([&](Frame &, Choice &choice) {
      for (double &zone : choice.zones)
        moveZone(zone, sign * kZoneStep);
    });
    add([&](Frame &, Choice &choice) { moveZone(choice.zones.back(), sign * kLastZoneStep); });
    add([&](Frame &, Choice &choice) { choice.scale *= sign > 0 ? kScaleStep : 1 / kScaleStep; });
  }
  add([](Frame &frame, Choice &) { ++frame.start; });
  add([](Frame &, Choice &choice) { choice.zones.push_back(kNewZone); });
  if (candidate.frames[layer].start > 0)
    add([](Frame &frame, Choice &) { --frame.start; });
  if (candidate.choices[layer].zones.size() > 1)
    add([](Frame &, Choice &choice) { choice.zones.pop_back(); });
  return found;
}

/// All layers from `depth` on, or a third of them from there, begin a step earlier, or later.
std::vector<Candidate> getShifted(const Layers &layers, const Candidate &candidate, int64_t depth,
                                  uint32_t steps) {
  std::vector<Candidate> found;
  const int64_t deepest = layers.getDeepest();
  for (int64_t end : {deepest + 1, depth + std::max<int64_t>(2, deepest / 3)})
    for (int by : {-1, 1}) {
      Candidate other = candidate;
      bool isPossible = true;
      for (auto [frame, own] : llvm::zip(other.frames, layers.depths)) {
        if (own < depth || own >= end)
          continue;
        isPossible &= by > 0 || frame.start > 0;
        frame.start += by;
      }
      if (isPossible && other.countSteps() <= steps)
        found.push_back(std::move(other));
    }
  return found;
}

/// What the network costs on the first images: the error of its outputs, and its events at their price.
data::Result<double> getPrice(const Context &context, const Candidate &candidate, double price,
                              int64_t images) {
  images = std::min(images, context.trials.searched());
  auto found = context.evaluator.measure(candidate, {0, std::min(context.raced, images)});
  if (!found)
    return data::Error{found.error()};
  if (images > context.raced) {
    auto rest = context.evaluator.measure(candidate, {context.raced, images});
    if (!rest)
      return data::Error{rest.error()};
    *found += *rest;
  }
  return found->getDistortion() + price * context.layers.getCost(*found);
}

/// Of `changes` the places of those that a few images do not rule out, the best first.
data::Result<std::vector<size_t>> race(const Context &context, const Candidate &candidate,
                                       const std::vector<Candidate> &changes, double price) {
  auto now = getPrice(context, candidate, price, context.raced);
  if (!now)
    return data::Error{now.error()};
  std::vector<std::pair<double, size_t>> ahead;
  for (auto [i, change] : llvm::enumerate(changes)) {
    auto cost = getPrice(context, change, price, context.raced);
    if (!cost)
      return data::Error{cost.error()};
    if (*cost < *now * (1 - kWorthwhile))
      ahead.emplace_back(*cost, i);
  }
  std::sort(ahead.begin(), ahead.end());
  ahead.resize(std::min(ahead.size(), kFinalists));
  std::vector<size_t> places;
  for (auto [_, i] : ahead)
    places.push_back(i);
  return places;
}

/// The best of `changes` if it is better than `candidate`, else that.
data::Result<Candidate> takeBest(const Context &context, const Candidate &candidate,
                                 const std::vector<Candidate> &changes, double price) {
  auto ahead = race(context, candidate, changes, price);
  if (!ahead)
    return data::Error{ahead.error()};
  if (ahead->empty())
    return candidate;
  const int64_t images = kConfirmed * context.raced;
  auto min = getPrice(context, candidate, price, images);
  if (!min)
    return data::Error{min.error()};
  double limit = *min * (1 - kWorthwhile);
  const Candidate *best = &candidate;
  for (size_t i : *ahead) {
    auto cost = getPrice(context, changes[i], price, images);
    if (!cost)
      return data::Error{cost.error()};
    if (*cost >= limit)
      continue;
    limit = *cost;
    best = &changes[i];
  }
  return *best;
}

} // namespace

data::Result<Candidate> polish(const Context &context, Candidate candidate, double price,
                               uint32_t steps) {
  const Layers &layers = context.layers;
  std::set<int64_t> shifted;
  for (size_t layer = 0; layer < layers.size() && !context.evaluator.isSpent(kPolishedShare);
       ++layer) {
    std::vector<Candidate> changes = getNeighbours(candidate, layer, steps);
    if (shifted.insert(layers.depths[layer]).second)
      llvm::append_range(changes, getShifted(layers, candidate, layers.depths[layer], steps));
    auto best = takeBest(context, candidate, changes, price);
    if (!best)
      return best;
    candidate = std::move(*best);
  }
  return candidate;
}

data::Status polishBest(Context &context, uint32_t steps) {
  const std::vector<const Tried *> kept = context.trials.getKept(steps);
  const bool isNoneKept = kept.empty();
  const Tried *from = isNoneKept ? context.trials.findNearest(steps) : kept.front();
  if (!from)
    return data::success();
  Candidate base = from->candidate;
  double price =
      kSteep * context.layers.getLowPrice(from->point.found) * (isNoneKept ? 1 / kFall : 1);
  for (int i = 0; i < kPolishings && !context.evaluator.isSpent(kPolishedShare); ++i) {
    auto polished = polish(context, base, price, steps);
    if (!polished)
      return data::Error{polished.error()};
    auto isKept = context.trials.consider(*polished, price);
    if (!isKept)
      return data::Error{isKept.error()};
    price *= *isKept ? kRaise : 1 / kFall;
    if (*isKept || isNoneKept)
      base = *polished;
  }
  return data::success();
}

} // namespace snnc::tune
