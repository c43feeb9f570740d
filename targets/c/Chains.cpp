#include "targets/c/Chains.h"

#include <algorithm>
#include <optional>

namespace snnc::c {

using namespace ::snn::detail;

namespace {

using Plan = TypedPlan<int32_t>;
using Kind = Delivery<int32_t>::Kind;
using TaskKind = Task::Kind;

bool isMap(const Plan &plan, const Task &task) {
  if (task.kind != TaskKind::Deliver)
    return false;
  Kind kind = plan.deliveries[task.delivery].kind;
  return kind == Kind::Move || kind == Kind::Scale;
}

/// The only task of a list of numbers that does something; nothing when there are several or none.
template <typename Condition>
std::optional<uint32_t> findOnly(const Plan &plan, Condition condition) {
  std::optional<uint32_t> found;
  for (const Group &group : plan.groups)
    for (uint32_t i : group.tasks) {
      if (!condition(plan.tasks[i]))
        continue;
      if (found)
        return std::nullopt;
      found = i;
    }
  return found;
}

int32_t getTarget(const Delivery<int32_t> &map, size_t i) {
  return map.target.empty() ? static_cast<int32_t>(i) : map.target[i];
}

int32_t getFactor(const Delivery<int32_t> &map, size_t i) {
  return map.weights.empty() ? 1 : map.weights[i];
}

Delivery<int32_t> compose(const Delivery<int32_t> &first, const Delivery<int32_t> &second) {
  Delivery<int32_t> both;
  both.kind = Kind::Move;
  size_t count = std::max(first.target.size(), first.weights.size());
  for (size_t i = 0; i < count; ++i) {
    int32_t between = getTarget(first, i);
    both.target.push_back(between < 0 ? -1 : getTarget(second, static_cast<size_t>(between)));
    both.weights.push_back(both.target.back() < 0
                               ? 0
                               : getFactor(first, i) *
                                     getFactor(second, static_cast<size_t>(between)));
  }
  if (first.weights.empty() && second.weights.empty())
    both.weights.clear();
  return both;
}

/// The tasks behind map `i` that only pass on what it delivers: a harvest, and another map.
struct Link {
  uint32_t harvest, next;
};

std::optional<Link> findLink(const Plan &plan, uint32_t i) {
  uint32_t accumulator = plan.tasks[i].accumulator;
  auto fills = [&](const Task &task) {
    return (task.kind == TaskKind::Deliver || task.kind == TaskKind::Multiply) &&
           task.accumulator == accumulator;
  };
  auto harvest = findOnly(plan, [&](const Task &task) {
    return task.kind == TaskKind::Harvest && task.accumulator == accumulator;
  });
  if (!harvest || findOnly(plan, fills) != i)
    return std::nullopt;
  uint32_t stream = plan.tasks[*harvest].stream;
  auto next = findOnly(plan, [&](const Task &task) {
    return (task.kind == TaskKind::Deliver || task.kind == TaskKind::Multiply) &&
           task.stream == stream;
  });
  if (!next || !isMap(plan, plan.tasks[*next]) || !plan.tasks[*next].isInner)
    return std::nullopt;
  return Link{*harvest, *next};
}

} // namespace

void joinChains(Plan &plan) {
  for (Group &group : plan.groups)
    for (size_t at = 0; at < group.tasks.size(); ++at) {
      Task &task = plan.tasks[group.tasks[at]];
      while (isMap(plan, task)) {
        std::optional<Link> link = findLink(plan, group.tasks[at]);
        if (!link)
          break;
        const Task &next = plan.tasks[link->next];
        plan.deliveries.push_back(
            compose(plan.deliveries[task.delivery], plan.deliveries[next.delivery]));
        task.delivery = static_cast<uint32_t>(plan.deliveries.size() - 1);
        task.accumulator = next.accumulator;
        std::erase_if(group.tasks,
                      [&](uint32_t i) { return i == link->harvest || i == link->next; });
      }
    }
}

} // namespace snnc::c
