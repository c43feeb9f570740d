//===- The end of a search: which candidate is the choice, if any ---------------------------------------------===//
#include "compiler/tune/Strategies.h"

namespace snnc::tune {

namespace {

/// How sure one must be that images held out fail the budget, so that they overrule the others.
constexpr double kDoubtful = 0.9;

/// `one` with what it does on the images held out.
data::Result<Chosen> holdOut(const Context &context, const Tried &one) {
  auto found = context.evaluator.measure(one.candidate,
                                         {context.trials.searched(), context.evaluator.size()});
  if (!found)
    return data::Error{found.error()};
  return Chosen{one.candidate, one.point, *found};
}

/// Whether the budget is kept on all images, and those held out do not say otherwise.
bool isConfirmed(const Chosen &chosen, const Budget &budget) {
  Measurement all = chosen.point.found;
  all += chosen.heldOut;
  return budget.isKept(all) && !budget.isLost(chosen.heldOut, kDoubtful);
}

} // namespace

data::Result<std::optional<Chosen>> confirm(const Context &context, uint32_t steps) {
  const Budget &budget = context.trials.budget();
  std::vector<const Tried *> order = context.trials.getKept(steps);
  // Of those that were given up after a glance, some only cost too much.
  const std::vector<const Tried *> dear = context.trials.getDear(steps);
  order.insert(order.end(), dear.begin(), dear.end());
  for (const Tried *each : order) {
    Tried one = *each;
    auto found = context.trials.measureRest(one);
    if (!found)
      return data::Error{found.error()};
    one.point.found = *found;
    if (!budget.isKept(one.point.found))
      continue;
    auto chosen = holdOut(context, one);
    if (!chosen)
      return data::Error{chosen.error()};
    if (isConfirmed(*chosen, budget))
      return std::optional(*chosen);
  }
  return std::optional<Chosen>();
}

data::Result<Chosen> takeNearest(const Context &context) {
  Tried nearest = *context.trials.findNearest(std::numeric_limits<uint32_t>::max());
  auto found = context.trials.measureRest(nearest);
  if (!found)
    return data::Error{found.error()};
  nearest.point.found = *found;
  return holdOut(context, nearest);
}

} // namespace snnc::tune
