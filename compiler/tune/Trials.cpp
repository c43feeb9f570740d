#include "compiler/tune/Trials.h"

#include "llvm/ADT/STLExtras.h"
#include <fmt/format.h>

namespace snnc::tune {

/// A candidate that costs so many times as much as one that keeps the budget is given up.
static constexpr double kBeaten = 1.1;

data::Result<bool> Trials::consider(const Candidate &candidate, double price) {
  const int64_t glanced = std::min(kGlanced, images);
  const uint32_t steps = candidate.countSteps();
  auto found = evaluator.measure(candidate, {0, glanced});
  if (!found)
    return data::Error{found.error()};
  if (!limit.isLost(*found, kSure) && !isBeaten(*found, steps)) {
    auto rest = evaluator.measure(candidate, {glanced, images});
    if (!rest)
      return data::Error{rest.error()};
    *found += *rest;
  }
  tried.push_back(
      {candidate,
       {*found, found->getEvents(layers.neuronShares), steps, candidate.countLayerSteps(), price}});
  tellBest();
  return limit.isKept(*found);
}

data::Result<Measurement> Trials::measureRest(const Tried &one) const {
  Measurement found = one.point.found;
  if (isComplete(one))
    return found;
  auto rest = evaluator.measure(one.candidate, {std::min(kGlanced, images), images});
  if (!rest)
    return rest;
  return found += *rest;
}

/// Whether `found` costs more than a network that keeps the budget on all images of the search.
bool Trials::isBeaten(const Measurement &found, uint32_t steps) const {
  return llvm::any_of(tried, [&](const Tried &one) {
    return isComplete(one) && one.point.steps <= steps &&
           kBeaten * getCost(one) < layers.getCost(found) && limit.isKept(one.point.found);
  });
}

/// Of two that cost the same, the one that was tried first.
void Trials::sortByCost(std::vector<const Tried *> &order) const {
  llvm::sort(order, [&](const Tried *a, const Tried *b) {
    return std::pair(getCost(*a), a) < std::pair(getCost(*b), b);
  });
}

std::vector<const Tried *> Trials::getKept(uint32_t steps) const {
  std::vector<const Tried *> order;
  for (const Tried &one : tried)
    if (isComplete(one))
      order.push_back(&one);
  llvm::sort(order, [](const Tried *a, const Tried *b) {
    return std::pair(a->point.found.getDistortion(), a) <
           std::pair(b->point.found.getDistortion(), b);
  });
  std::vector<Measurement> found;
  for (const Tried *one : order)
    found.push_back(one->point.found);
  found = shareLuck(std::move(found), limit);
  std::vector<const Tried *> kept;
  for (auto [one, shared] : llvm::zip(order, found))
    if (one->point.steps <= steps && limit.isKept(shared) && limit.isKept(one->point.found))
      kept.push_back(one);
  sortByCost(kept);
  return kept;
}

std::vector<const Tried *> Trials::getDear(uint32_t steps) const {
  std::vector<const Tried *> dear;
  for (const Tried &one : tried)
    if (one.point.steps <= steps && !isComplete(one) && !limit.isLost(one.point.found, kSure))
      dear.push_back(&one);
  sortByCost(dear);
  return dear;
}

const Tried *Trials::findNearest(uint32_t steps) const {
  const Tried *nearest = nullptr;
  for (const Tried &one : tried)
    if (one.point.steps <= steps &&
        (!nearest || one.point.found.getDistortion() < nearest->point.found.getDistortion()))
      nearest = &one;
  return nearest;
}

/// For people who wait.
void Trials::tellBest() {
  const Tried *best = nullptr;
  bool isKept = false;
  for (const Tried &one : tried) {
    bool keeps = isComplete(one) && limit.isKept(one.point.found);
    auto getRank = [&](const Tried &of) {
      return isKept ? getCost(of) : of.point.found.getDistortion();
    };
    if (best && (keeps == isKept ? getRank(one) >= getRank(*best) : isKept))
      continue;
    best = &one;
    isKept = keeps;
  }
  if (best)
    evaluator.setNote(fmt::format("best: {:.2f} events per neuron, agreement {:.3f}, {}",
                                  best->point.events, best->point.found.getAgreement(),
                                  isKept ? "within the budget" : "not within the budget"));
}

} // namespace snnc::tune
