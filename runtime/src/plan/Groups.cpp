#include "runtime/src/plan/Groups.h"

#include <numeric>

namespace snn::detail {

namespace {

template <typename T>
void addToGroup(const Network &network, TypedPlan<T> &plan, uint32_t i, bool isInner,
                Group &group) {
  Task &task = plan.tasks[i];
  group.tasks.push_back(i);
  if (task.kind == Task::Kind::Deliver) {
    task.isInner = isInner;
    plan.retained[task.stream] = plan.retained[task.stream] || !isInner;
  } else if (task.kind == Task::Kind::Fire) {
    const Operation &op = network.operations[task.operation];
    const Schedule &schedule = op.schedule;
    // 16-bit states round in every step, so that nothing may be summed up for them.
    group.start = op.fixedNeuron.stateBits == 16 ? 0 : schedule.start;
    if (schedule.steps >= 0)
      group.end = schedule.start + static_cast<uint32_t>(schedule.steps);
  }
}

/// Whole rows of outputs where there are windows, and whole words of events.
template <typename T>
uint32_t getUnit(const TypedPlan<T> &plan, const Group &group) {
  if (plan.tasks[group.tasks.back()].kind != Task::Kind::Fire)
    return 0;
  uint64_t unit = kNeuronBlock, whole = UINT32_MAX;
  for (uint32_t i : group.tasks) {
    const Task &task = plan.tasks[i];
    if (task.kind == Task::Kind::Fire)
      continue;
    if (task.kind != Task::Kind::Deliver || task.isInner)
      return 0;
    const Delivery<T> &delivery = plan.deliveries[task.delivery];
    whole = plan.accumulators[task.accumulator];
    if (delivery.isWindowed())
      unit =
          std::lcm(unit, delivery.channelLast ? uint64_t{delivery.out.width} * delivery.out.channels
                                              : whole);
  }
  return static_cast<uint32_t>(std::min(unit, whole));
}

} // namespace

/// Backwards, so that the readers of an accumulator are known before what is added to it. The last
/// task of a group stands for it.
template <typename T>
void formGroups(const Network &network, TypedPlan<T> &plan) {
  auto count = static_cast<uint32_t>(plan.tasks.size());
  std::vector<uint32_t> anchor(count), ofAccumulator(plan.accumulators.size(), UINT32_MAX);
  std::vector<uint32_t> reader(network.streams.size(), UINT32_MAX); // count: more than one
  for (uint32_t i = count; i-- > 0;) {
    const Task &task = plan.tasks[i];
    anchor[i] = i;
    if (task.kind == Task::Kind::Deliver) {
      if (ofAccumulator[task.accumulator] != UINT32_MAX)
        anchor[i] = ofAccumulator[task.accumulator];
      uint32_t &readers = reader[task.stream];
      readers = readers == UINT32_MAX || readers == anchor[i] ? anchor[i] : count;
    } else if (task.kind == Task::Kind::Harvest) {
      anchor[i] = reader[task.stream] < count ? reader[task.stream] : i;
      ofAccumulator[task.accumulator] = anchor[i];
    } else if (task.kind == Task::Kind::Multiply) {
      if (ofAccumulator[task.accumulator] != UINT32_MAX)
        anchor[i] = ofAccumulator[task.accumulator];
      for (uint32_t terminal : plan.products[task.delivery].terminals)
        ofAccumulator[plan.terminals[terminal].accumulator] = anchor[i];
    } else if (int32_t p = plan.populationOf[task.operation]; p >= 0) {
      for (uint32_t terminal : plan.populations[p].terminals)
        ofAccumulator[plan.terminals[terminal].accumulator] = i;
    }
  }
  std::vector<uint32_t> source(network.streams.size(), UINT32_MAX); // the group that makes it
  for (uint32_t i = 0; i < count; ++i)
    if (plan.tasks[i].kind != Task::Kind::Deliver && plan.tasks[i].kind != Task::Kind::Decode)
      source[plan.tasks[i].stream] = anchor[i];
  plan.retained.assign(network.streams.size(), false);
  for (uint32_t last = 0; last < count; ++last) {
    if (anchor[last] != last)
      continue;
    Group &group = plan.groups.emplace_back();
    for (uint32_t i = 0; i <= last; ++i)
      if (anchor[i] == last)
        addToGroup(network, plan, i, source[plan.tasks[i].stream] == last, group);
    group.unit = getUnit(plan, group);
  }
}

#define SNN_INSTANTIATE(T) template void formGroups(const Network &, TypedPlan<T> &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
