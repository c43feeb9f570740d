//===- The second search: one layer changed at a time, measured by running the network -----------------------===//
#include "compiler/tune/Search.h"

#include <algorithm>
#include <set>

using namespace mlir;

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
constexpr double kLeastZone = 0.4, kMostZone = 1.5;
/// The dead zone of a step that is added.
constexpr double kNewZone = 0.7;

/// Along the front of good networks a percent fewer events means some three percent more error, which makes
/// the first price so many times the low one. It rises while the budget is kept, and falls where it is lost.
constexpr double kSteep = 24, kRaise = 1.5, kFall = 2.5;

void moveZone(double &zone, double by) { zone = std::clamp(zone + by, kLeastZone, kMostZone); }

} // namespace

/// What could be done to one layer.
std::vector<Candidate> Search::getNeighbours(const Candidate &candidate, size_t layer,
                                             uint32_t steps) const {
  std::vector<Candidate> found;
  auto add = [&](auto change) {
    Candidate other = candidate;
    change(other.frames[layer], other.choices[layer]);
    other.countSteps();
    if (other.steps <= steps)
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
std::vector<Candidate> Search::getShifted(const Candidate &candidate, int64_t depth,
                                          uint32_t steps) const {
  std::vector<Candidate> found;
  int64_t deepest = *std::max_element(depths.begin(), depths.end());
  for (int64_t end : {deepest + 1, depth + std::max<int64_t>(2, deepest / 3)})
    for (int by : {-1, 1}) {
      Candidate other = candidate;
      bool isPossible = true;
      for (auto [frame, own] : llvm::zip(other.frames, depths)) {
        if (own < depth || own >= end)
          continue;
        isPossible &= by > 0 || frame.start > 0;
        frame.start += by;
      }
      other.countSteps();
      if (isPossible && other.steps <= steps)
        found.push_back(std::move(other));
    }
  return found;
}

/// What the network costs on the first images: the error of its outputs, and its events at their price.
std::optional<double> Search::getPrice(const Candidate &candidate, int64_t images) {
  images = std::min(images, searched);
  auto found = measure(candidate, 0, std::min(raced, images));
  if (!found)
    return std::nullopt;
  if (images > raced) {
    auto rest = measure(candidate, raced, images);
    if (!rest)
      return std::nullopt;
    *found += *rest;
  }
  return found->getDistortion() + candidate.price * getCost(*found);
}

/// Takes the best of `changes` if it is better than `candidate`.
bool Search::tryChanges(Candidate &candidate, std::vector<Candidate> changes) {
  auto now = getPrice(candidate, raced);
  if (!now)
    return false;
  std::vector<std::pair<double, size_t>> ahead;
  for (auto [i, change] : llvm::enumerate(changes)) {
    auto price = getPrice(change, raced);
    if (!price)
      return false;
    if (*price < *now * (1 - kWorthwhile))
      ahead.emplace_back(*price, i);
  }
  std::sort(ahead.begin(), ahead.end());
  ahead.resize(std::min(ahead.size(), kFinalists));
  if (ahead.empty())
    return true;
  auto least = getPrice(candidate, kConfirmed * raced);
  if (!least)
    return false;
  double limit = *least * (1 - kWorthwhile);
  const Candidate *best = nullptr;
  for (auto [_, i] : ahead) {
    auto price = getPrice(changes[i], kConfirmed * raced);
    if (!price)
      return false;
    if (*price >= limit)
      continue;
    limit = *price;
    best = &changes[i];
  }
  if (best)
    candidate = Candidate(*best);
  return true;
}

/// Tries to change every layer once, and the start of all layers from a depth on.
bool Search::polish(Candidate &candidate, double price, uint32_t steps) {
  candidate.price = price;
  std::set<int64_t> shifted;
  for (size_t layer = 0; layer < neurons.size() && !isSpent(kPolishedShare); ++layer) {
    std::vector<Candidate> changes = getNeighbours(candidate, layer, steps);
    if (shifted.insert(depths[layer]).second)
      llvm::append_range(changes, getShifted(candidate, depths[layer], steps));
    if (!tryChanges(candidate, std::move(changes)))
      return false;
  }
  return true;
}

/// Polishes the cheapest network that keeps the budget, or the one nearest to it. The price of an event
/// follows the budget; what fails it is left.
bool Search::polishBest(uint32_t steps) {
  std::vector<const Tried *> kept = getKept(steps);
  const Tried *from = kept.empty() ? nullptr : kept.front();
  for (const Tried &one : tried)
    if (kept.empty() && one.candidate.steps <= steps &&
        (!from || one.point.found.getDistortion() < from->point.found.getDistortion()))
      from = &one;
  if (!from)
    return true;
  Candidate base = from->candidate;
  double price = kSteep * getLowPrice(from->point.found) * (kept.empty() ? 1 / kFall : 1);
  for (int i = 0; i < kPolishings && !isSpent(kPolishedShare); ++i) {
    Candidate candidate = base;
    if (!polish(candidate, price, steps))
      return false;
    auto isKept = consider(candidate);
    if (!isKept)
      return false;
    price *= *isKept ? kRaise : 1 / kFall;
    if (*isKept || kept.empty())
      base = candidate;
  }
  return true;
}

} // namespace snnc::tune
