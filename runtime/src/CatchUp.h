//===- CatchUp: what arrives before a group starts ------------------------------------------------------------===//
//
// Neurons that start late compare nothing before, so that all they need is the sum of what was sent up to
// then: it goes through the synapse once, instead of the events of every step.
//
// Threads may add to different parts of a sum at the same time, and then, all of them done, read all of it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_CATCHUP_H
#define SNN_SRC_CATCHUP_H

#include "runtime/src/State.h"

namespace snn::detail {

template <typename T>
class CatchUp {
public:
  CatchUp(const Network &network, const TypedPlan<T> &plan) : sums(plan.tasks.size()) {
    for (const Group &group : plan.groups)
      for (uint32_t i : group.tasks) {
        const Task &task = plan.tasks[i];
        if (task.kind == Task::Kind::Deliver && !task.isInner && group.start > 0)
          sums[i].values.resize(network.streams[task.stream].size);
      }
  }

  void clear() {
    for (Sum &sum : sums)
      sum.isEmpty = true;
  }

  bool isEmpty(uint32_t task) const { return sums[task].isEmpty; }
  uint64_t size(uint32_t task) const { return sums[task].values.size(); }

  /// Keeps the events of some steps before the start for delivery `task`, of part of the elements. The sum counts as
  /// empty until `fill`.
  void add(uint32_t task, std::span<const Events<T>> steps, Range part) {
    constexpr uint32_t kChunk = 4096; // stays in a first-level cache while all steps are added
    std::vector<T> &values = sums[task].values;
    auto elements = static_cast<uint32_t>(values.size());
    for (uint32_t first = part.begin, end = part.endOf(elements); first < end; first += kChunk) {
      const Range chunk{first, std::min(first + kChunk, end)};
      if (sums[task].isEmpty)
        std::fill(values.begin() + chunk.begin, values.begin() + chunk.end, T{0});
      for (const Events<T> &events : steps)
        if (events.count > 0)
          accumulate(events, elements, values.data(), chunk);
    }
  }
  void fill(uint32_t task) { sums[task].isEmpty = false; }

  /// How many elements of a part something was kept for.
  uint32_t count(uint32_t task, Range part) const {
    const std::vector<T> &values = sums[task].values;
    return static_cast<uint32_t>(std::count_if(values.begin() + part.begin,
                                               values.begin() + part.endOf(values.size()),
                                               [](T value) { return value != 0; }));
  }
  /// The same of all elements, once it is known.
  void setCount(uint32_t task, uint32_t count) { sums[task].count = count; }
  uint32_t count(uint32_t task) const { return sums[task].count; }

  /// Delivers what was kept to a part of the accumulator.
  Way deliver(uint32_t task, const Delivery<T> &delivery, Events<T> &list, Scratch<T> &scratch,
              T *accumulator, Range part) const {
    const Sum &sum = sums[task];
    return deliverAll(delivery, sum.values.data(), sum.values.size(), sum.count, list, scratch,
                      accumulator, part);
  }

private:
  struct Sum {
    std::vector<T> values;
    bool isEmpty = true;
    uint32_t count = 0; ///< of values that are not 0
  };
  std::vector<Sum> sums; ///< by task
};

} // namespace snn::detail

#endif
