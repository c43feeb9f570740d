//===- The end of a search: which candidate is the choice, if any ---------------------------------------------===//
#include "compiler/tune/Search.h"

#include <algorithm>

using namespace mlir;

namespace snnc::tune {

namespace {

/// How sure one must be that images held out fail the budget, so that they overrule the others.
constexpr double kDoubtful = 0.9;

} // namespace

/// Of two that cost the same, the one that was tried first.
void Search::sortByCost(std::vector<const Tried *> &order) const {
  llvm::sort(order, [&](const Tried *a, const Tried *b) {
    return std::pair(getCost(a->point.found), a) < std::pair(getCost(b->point.found), b);
  });
}

/// What keeps the budget within `steps`, luck shared, the cheapest first.
std::vector<const Search::Tried *> Search::getKept(uint32_t steps) const {
  std::vector<const Tried *> order;
  for (const Tried &one : tried)
    if (static_cast<int64_t>(one.point.found.images) == searched)
      order.push_back(&one);
  llvm::sort(order, [](const Tried *a, const Tried *b) {
    return std::pair(a->point.found.getDistortion(), a) <
           std::pair(b->point.found.getDistortion(), b);
  });
  std::vector<Measurement> found;
  for (const Tried *one : order)
    found.push_back(one->point.found);
  found = shareLuck(std::move(found), options.budget);
  std::vector<const Tried *> kept;
  for (auto [one, shared] : llvm::zip(order, found))
    if (one->candidate.steps <= steps && options.budget.isKept(shared) &&
        options.budget.isKept(one->point.found))
      kept.push_back(one);
  sortByCost(kept);
  return kept;
}

/// Whether `one` keeps the budget on all images, and those held out do not say otherwise; then it is the
/// choice.
std::optional<bool> Search::choose(const Tried &one) {
  auto found = measure(one.candidate, searched, bench.size());
  if (!found)
    return std::nullopt;
  Measurement all = one.point.found;
  all += *found;
  if (!options.budget.isKept(all) || options.budget.isLost(*found, kDoubtful))
    return false;
  front.chosen = one.point;
  front.heldOut = *found;
  applyAll(one.candidate);
  return true;
}

/// Takes the cheapest candidate of `steps` at most that keeps the budget, also on the images held out;
/// none leaves `isKept` false.
bool Search::confirm(uint32_t steps, bool &isKept) {
  for (const Tried *one : getKept(steps)) {
    auto isChosen = choose(*one);
    if (!isChosen)
      return false;
    if (*isChosen)
      return isKept = true;
  }
  // Of those that were given up after a glance, some only cost too much.
  std::vector<const Tried *> dear;
  for (const Tried &one : tried)
    if (one.candidate.steps <= steps && static_cast<int64_t>(one.point.found.images) < searched &&
        !options.budget.isLost(one.point.found, kSure))
      dear.push_back(&one);
  sortByCost(dear);
  for (const Tried *glanced : dear) {
    Tried one = *glanced;
    auto rest = measure(one.candidate, std::min(kGlanced, searched), searched);
    if (!rest)
      return false;
    one.point.found += *rest;
    if (!options.budget.isKept(one.point.found))
      continue;
    auto isChosen = choose(one);
    if (!isChosen)
      return false;
    if (*isChosen)
      return isKept = true;
  }
  isKept = false;
  return true;
}

/// Nothing keeps the budget: takes the network whose outputs are nearest to the ANN's.
bool Search::takeNearest() {
  const Tried *best = nullptr;
  for (const Tried &one : tried)
    if (!best || one.point.found.getDistortion() < best->point.found.getDistortion())
      best = &one;
  Tried nearest = *best;
  if (static_cast<int64_t>(nearest.point.found.images) < searched) {
    auto rest = measure(nearest.candidate, std::min(kGlanced, searched), searched);
    if (!rest)
      return false;
    nearest.point.found += *rest;
  }
  auto heldOut = measure(nearest.candidate, searched, bench.size());
  if (!heldOut)
    return false;
  front.chosen = nearest.point;
  front.heldOut = *heldOut;
  applyAll(nearest.candidate);
  return true;
}

} // namespace snnc::tune
