//===- Layer by layer or step by step ------------------------------------------------------------------------===//
//
// Both orders do the same work on the same numbers. What differs is what the cache keeps: step by step a layer
// comes back after all others have been; layer by layer it stays, and the events of all steps are kept.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/engine/steps/Runner.h"
#include "runtime/src/plan/TableSums.h"
#include <set>

namespace snn {

namespace detail {
namespace {

/// What events of a delivery read.
template <typename T>
uint64_t getBytes(const Delivery<T> &d) {
  if (d.hasTable())
    return d.table.size() * sizeof(T) + d.shortTable.size() * sizeof(int16_t);
  if (!d.bytes.empty())
    return d.bytes.numbers.size();
  return d.weights.size() * sizeof(T) + (d.target.size() + d.first.size()) * sizeof(int32_t);
}

/// Weights, sums and estimates of one group: what a step reads, and what `steps` of them one after another do, if the
/// cache keeps nothing. A table then serves several steps at once.
struct GroupBytes {
  uint64_t ofStep = 0, ofAll = 0;
};
template <typename T>
GroupBytes getBytes(const Network &network, const TypedPlan<T> &plan, const Group &group,
                    uint32_t steps) {
  GroupBytes bytes;
  auto add = [&](uint64_t more, uint64_t times) {
    bytes.ofStep += more;
    bytes.ofAll += more * times;
  };
  std::set<uint32_t> accumulators;
  for (uint32_t i : group.tasks) {
    const Task &task = plan.tasks[i];
    if (task.kind == Task::Kind::Deliver) {
      const Delivery<T> &delivery = plan.deliveries[task.delivery];
      const uint32_t atOnce = delivery.hasTable() ? getStepsAtOnce(delivery) : 1;
      add(getBytes(delivery), (steps + atOnce - 1) / atOnce);
      accumulators.insert(task.accumulator);
    } else if (task.kind == Task::Kind::Fire || task.kind == Task::Kind::Integrate) {
      add(network.streams[task.stream].size * sizeof(T), steps);
    }
  }
  for (uint32_t accumulator : accumulators)
    add(plan.accumulators[accumulator] * sizeof(T), steps);
  return bytes;
}

/// Events that groups tell each other in `steps` time steps.
template <typename T>
uint64_t getEventBytes(const Network &network, const TypedPlan<T> &plan, uint32_t steps) {
  uint64_t bytes = 0;
  for (const Task &task : plan.tasks) {
    bool isSource = task.kind == Task::Kind::Encode || task.kind == Task::Kind::Fire ||
                    task.kind == Task::Kind::Integrate || task.kind == Task::Kind::Harvest;
    if (!isSource || !plan.retained[task.stream])
      continue;
    const Operation &op = network.operations[task.operation];
    if (task.kind == Task::Kind::Encode && op.inputCode == InputCode::Direct)
      continue;
    const Stream &stream = network.streams[task.stream];
    auto form = stream.isSpikes ? Events<T>::getForm(stream.code) : Events<T>::Form::Graded;
    const Range span = plan.spans[task.stream];
    const uint64_t ofStep = form == Events<T>::Form::Graded
                                ? stream.size * (sizeof(uint32_t) + sizeof(T))
                            : form == Events<T>::Form::Signed ? stream.size / 4
                                                              : stream.size / 8;
    bytes += ofStep * (std::max(std::min(span.end, steps), span.begin) - span.begin);
  }
  return bytes;
}

template <typename T>
OrderChoice chooseFor(const Network &network, const TypedPlan<T> &plan, uint32_t steps) {
  OrderChoice choice;
  choice.cacheBytes = static_cast<uint64_t>(network.costs.cacheBytes);
  auto load = [&](uint64_t bytes, uint64_t times) {
    return bytes > choice.cacheBytes ? bytes * times : 0;
  };
  uint64_t all = 0;
  for (const Group &group : plan.groups) {
    const GroupBytes bytes = getBytes(network, plan, group, steps);
    all += bytes.ofStep;
    choice.bytesOfLayers += bytes.ofStep > choice.cacheBytes ? bytes.ofAll : 0;
  }
  choice.bytesOfLayers += load(getEventBytes(network, plan, steps), /*written and read*/ 2);
  choice.bytesOfSteps = load(all, steps);
  choice.order = choice.bytesOfLayers <= choice.bytesOfSteps ? Order::Layers : Order::Steps;
  return choice;
}

} // namespace

OrderChoice chooseOrder(const Plan &plan, uint32_t steps) {
  if (auto *fixed = std::get_if<FixedPlan>(&plan.typed))
    return chooseFor(plan.network, fixed->typed, steps);
  if (auto *typed = std::get_if<TypedPlan<float>>(&plan.typed))
    return chooseFor(plan.network, *typed, steps);
  return chooseFor(plan.network, std::get<TypedPlan<double>>(plan.typed), steps);
}

} // namespace detail

OrderChoice chooseOrder(const Program &program, uint32_t steps) {
  return detail::chooseOrder(*program.plan(), steps);
}

} // namespace snn
