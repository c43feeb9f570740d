//===- LateSums: what arrives at decoders, until somebody looks ------------------------------------------------===//
//
// A decoder compares nothing: it holds a sum. Of integers that is the same in whatever order they are added, so that what
// several steps send goes through the last synapse once, when somebody asks for the output, instead of once for each step.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_LATESUMS_H
#define SNN_SRC_ENGINE_STEPS_LATESUMS_H

#include "runtime/src/engine/steps/Sample.h"

namespace snn::detail {

/// Whether what a task of a group delivers may wait: it goes to a decoder, which starts with the sample, and nowhere else.
template <typename T>
bool mayWait(const TypedPlan<T> &plan, const Group &group, const Task &task) {
  const Task &last = plan.tasks[group.tasks.back()];
  if (!std::is_same_v<T, int32_t> || last.kind != Task::Kind::Decode || group.start > 0 ||
      task.kind != Task::Kind::Deliver)
    return false;
  const Population<T> &decoder =
      plan.populations[static_cast<size_t>(plan.populationOf[last.operation])];
  const bool isTaken = std::any_of(group.tasks.begin(), group.tasks.end(), [&](uint32_t i) {
    return plan.tasks[i].kind == Task::Kind::Harvest &&
           plan.tasks[i].accumulator == task.accumulator;
  });
  return !isTaken && plan.terminals[decoder.terminals[0]].accumulator == task.accumulator;
}

template <typename T>
class LateSums {
public:
  explicit LateSums(Sample<T> &sample) : sample(sample), sums(sample.typed.tasks.size()) {
    for (const Group &group : sample.typed.groups)
      for (uint32_t i : group.tasks)
        if (const Task &task = sample.typed.tasks[i]; mayWait(sample.typed, group, task))
          sums[i].values.resize(sample.network.streams[task.stream].size);
  }

  /// From now on what may wait does so, or nothing.
  void setWaiting(bool isOn) { isWaiting = isOn; }
  bool has(uint32_t task) const { return isWaiting && !sums[task].values.empty(); }

  void add(uint32_t task, const Events<T> &events) {
    Sum &sum = sums[task];
    if (events.count == 0)
      return;
    accumulate(events, static_cast<uint32_t>(sum.values.size()), sum.values.data());
    sum.isEmpty = false;
  }

  /// Begins a sample.
  void clear() {
    for (Sum &sum : sums)
      clear(sum);
  }

  /// Takes all that waits to where it goes.
  void deliver(Worker<T> &worker) {
    for (uint32_t i = 0; i < sums.size(); ++i)
      if (!sums[i].isEmpty)
        deliver(i, worker);
  }

private:
  struct Sum {
    std::vector<T> values;
    bool isEmpty = true;
  };
  Sample<T> &sample;
  std::vector<Sum> sums; ///< by task; without values where nothing waits
  bool isWaiting = false;

  static void clear(Sum &sum) {
    if (!std::exchange(sum.isEmpty, true))
      std::fill(sum.values.begin(), sum.values.end(), T{0});
  }

  void deliver(uint32_t i, Worker<T> &worker) {
    const Task &task = sample.typed.tasks[i];
    const Delivery<T> &delivery = sample.typed.deliveries[task.delivery];
    std::vector<T> &values = sums[i].values;
    const auto zeros = static_cast<size_t>(std::count(values.begin(), values.end(), T{0}));
    const auto count = static_cast<uint32_t>(values.size() - zeros);
    const Way way = deliverAll(delivery, values.data(), values.size(), count, worker.list,
                               worker.scratch, sample.state.accumulators[task.accumulator].data());
    clear(sums[i]);
    ++worker.arrivals;
    LayerStatistics &layer = sample.progress.statistics[task.layer];
    ++layer.ways[static_cast<size_t>(way)];
    if (delivery.hasWays())
      countExpected(layer, expect(delivery, Events<T>::Form::Graded, count));
  }
};

} // namespace snn::detail

#endif
