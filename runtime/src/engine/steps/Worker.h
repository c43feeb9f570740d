//===- Worker: what a part of a group works with --------------------------------------------------------------===//
//
// Layer by layer the events that a group takes are known for all steps, so that a part of its neurons needs nothing
// of the others: a thread takes it through all steps. What it writes is in that part of accumulators, estimates and
// words of events, and here: a part has its worker, whichever thread does it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_WORKER_H
#define SNN_SRC_ENGINE_STEPS_WORKER_H

#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/plan/TableSums.h"
#include "snn/Engine.h"

namespace snn::detail {

template <typename T>
struct alignas(64) Worker {
  uint32_t index = 0;
  Scratch<T> scratch;
  TableSums<T> tables;
  Events<T> list;                          ///< what was kept before a start, as events
  std::vector<Rise<T>> rises;              ///< of one population at a time
  std::vector<Comparison<T>> comparisons;  ///< likewise
  std::vector<LayerStatistics> statistics; ///< not yet added to the runner's
  std::vector<uint32_t> sent;              ///< by step of the group that runs: events of the part
  std::vector<uint32_t> kept; ///< by task of that group: elements something was kept for
  uint64_t arrivals = 0;      ///< times that something was added to an accumulator

  Worker(const Plan &plan, const TypedPlan<T> &typed, uint32_t index)
      : index(index), tables(typed), statistics(plan.layers.size()) {
    for (const Delivery<T> &delivery : typed.deliveries)
      scratch.reserve(delivery);
    size_t tasks = 0, backgrounds = 0;
    for (const Group &group : typed.groups)
      tasks = std::max(tasks, group.tasks.size());
    for (const Terminal<T> &terminal : typed.terminals)
      backgrounds += terminal.backgrounds.size();
    kept.resize(tasks);
    rises.reserve(backgrounds);
    reserveSteps(1);
  }

  /// Makes room for what a population does in some steps.
  void reserveSteps(uint32_t steps) {
    sent.resize(std::max<size_t>(sent.size(), steps));
    comparisons.reserve(sent.size());
  }
};

/// Part `index` of `parts` of `count` elements, in whole units of `unit`: the first parts have one, if there are as
/// many, and the last one has what is left.
inline Range getPart(uint64_t count, uint32_t unit, uint32_t index, uint32_t parts) {
  const uint64_t units = (count + unit - 1) / unit;
  auto boundary = [&](uint32_t i) {
    return static_cast<uint32_t>(std::min((units * i + parts - 1) / parts * unit, count));
  };
  return {boundary(index), index + 1 == parts ? UINT32_MAX : boundary(index + 1)};
}

} // namespace snn::detail

#endif
