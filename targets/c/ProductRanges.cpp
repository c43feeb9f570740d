#include "targets/c/ProductRanges.h"

#include "snn/fixed.h"
#include <cstdlib>
#include <optional>

namespace snnc::c {

using namespace ::snn::detail;

namespace {

using Plan = TypedPlan<int32_t>;
using Kind = Delivery<int32_t>::Kind;

/// What the changes that reach an accumulator add up to from 0: it begins at `start`, and has at most this
/// magnitude.
struct Values {
  std::vector<int64_t> start, most;
};

class Proof {
public:
  explicit Proof(const Plan &plan) : plan(plan) {}

  /// Nothing where it is not known.
  std::optional<Values> get(uint32_t accumulator) const {
    Values values{std::vector<int64_t>(plan.accumulators[accumulator], 0),
                  std::vector<int64_t>(plan.accumulators[accumulator], 0)};
    std::vector<bool> isFed(plan.accumulators[accumulator], false);
    for (const Group &group : plan.groups)
      for (uint32_t i : group.tasks) {
        const Task &task = plan.tasks[i];
        bool fills = task.kind == Task::Kind::Deliver || task.kind == Task::Kind::Multiply;
        if (fills && task.accumulator == accumulator && !add(task, values, isFed))
          return std::nullopt;
      }
    return values;
  }

private:
  const Plan &plan;

  bool add(const Task &task, Values &values, std::vector<bool> &isFed) const {
    Values from;
    const Delivery<int32_t> *map = nullptr;
    if (task.kind == Task::Kind::Multiply) {
      const PlannedProduct &planned = plan.products[task.delivery];
      if (!planned.rounding)
        return false;
      from = round(planned);
    } else {
      map = &plan.deliveries[task.delivery];
      std::optional<Values> source = getStream(task.stream);
      if (map->kind != Kind::Move || !source)
        return false;
      from = std::move(*source);
    }
    for (size_t i = 0; i < from.start.size(); ++i) {
      int64_t to = map && !map->target.empty() ? map->target[i] : static_cast<int64_t>(i);
      if (to < 0)
        continue;
      if (isFed[static_cast<size_t>(to)] || (map && !map->weights.empty() && map->weights[i] != 1))
        return false;
      isFed[static_cast<size_t>(to)] = true;
      values.start[static_cast<size_t>(to)] = from.start[i];
      values.most[static_cast<size_t>(to)] = from.most[i];
    }
    return true;
  }

  Values round(const PlannedProduct &planned) const {
    const Rounding &rounding = *planned.rounding;
    const std::vector<int32_t> &sums = plan.terminals[planned.terminals[0]].start;
    Values values{{}, std::vector<int64_t>(sums.size(), rounding.limit)};
    for (size_t i = 0; i < sums.size(); ++i)
      values.start.push_back(
          snn_estimate(sums[i], rounding.multipliers[i], rounding.shift, rounding.limit));
    return values;
  }

  std::optional<Values> getStream(uint32_t stream) const {
    for (const Group &group : plan.groups)
      for (uint32_t i : group.tasks)
        if (plan.tasks[i].kind == Task::Kind::Harvest && plan.tasks[i].stream == stream)
          return get(plan.tasks[i].accumulator);
    return std::nullopt;
  }
};

} // namespace

bool fitsHalves(const Plan &plan, const PlannedProduct &planned) {
  for (uint32_t t : planned.terminals) {
    const Terminal<int32_t> &terminal = plan.terminals[t];
    std::optional<Values> values = Proof(plan).get(terminal.accumulator);
    if (!values || !terminal.backgrounds.empty())
      return false;
    for (size_t i = 0; i < values->most.size(); ++i)
      // What it begins with beside what has arrived stays in it.
      if (values->most[i] + std::abs(terminal.start[i] - values->start[i]) > INT16_MAX)
        return false;
  }
  return true;
}

} // namespace snnc::c
