//===- State: the memory of one running sample, and the passes through it -------------------------------------===//
#ifndef SNN_SRC_STATE_H
#define SNN_SRC_STATE_H

#include "runtime/src/Plan.h"
#include "snn/Engine.h"
#include <algorithm>

namespace snn::detail {

template <typename T>
struct State {
  std::vector<std::vector<T>> accumulators;
  std::vector<Events<T>> events; ///< per stream; empty for currents that are not harvested

  State(const Network &network, const TypedPlan<T> &plan) {
    for (uint64_t size : plan.accumulators)
      accumulators.emplace_back(size, T{0});
    std::vector<bool> sends(network.streams.size(), false);
    for (const Task &task : plan.tasks)
      sends[task.stream] = sends[task.stream] || task.kind != Task::Kind::Decode;
    for (size_t i = 0; i < network.streams.size(); ++i)
      events.emplace_back(sends[i] ? network.streams[i].size : 0);
  }
};

/// Turns what an accumulator holds into graded events, and empties it.
template <typename T>
void harvest(std::vector<T> &accumulator, Events<T> &events) {
  events.clear(/*isGraded=*/true);
  for (uint32_t i = 0; i < accumulator.size(); ++i)
    if (accumulator[i] != 0)
      events.push(i, accumulator[i]);
  std::fill(accumulator.begin(), accumulator.end(), T{0});
}

/// Runs the tasks once: deliveries and harvests here, all others by `source(task)`.
template <typename T, typename Source>
void runPass(const TypedPlan<T> &plan, State<T> &state, std::vector<LayerStatistics> *statistics,
             Source source) {
  for (const Task &task : plan.tasks) {
    Events<T> &events = state.events[task.stream];
    if (task.kind == Task::Kind::Harvest) {
      harvest(state.accumulators[task.accumulator], events);
    } else if (task.kind == Task::Kind::Deliver) {
      if (events.count == 0)
        continue;
      uint64_t operations = deliver(plan.deliveries[task.delivery], events,
                                    state.accumulators[task.accumulator].data());
      if (statistics) {
        LayerStatistics &layer = (*statistics)[task.layer];
        layer.synapticOps += operations;
        layer.gradedOps += events.graded ? operations : 0;
      }
    } else {
      source(task);
    }
  }
}

} // namespace snn::detail

#endif
