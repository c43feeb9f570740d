//===- CatchUp: what arrives before a group starts ------------------------------------------------------------===//
//
// Neurons that start late compare nothing before, so that all they need is the sum of what was sent up to
// then: it goes through the synapse once, instead of the events of every step.
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
    uint64_t largest = 0;
    for (const Group &group : plan.groups)
      for (uint32_t i : group.tasks) {
        const Task &task = plan.tasks[i];
        if (task.kind != Task::Kind::Deliver || task.isInner || group.start == 0)
          continue;
        sums[i].values.resize(network.streams[task.stream].size);
        largest = std::max(largest, network.streams[task.stream].size);
      }
    list = Events<T>(largest, Events<T>::Form::Graded);
  }

  void clear() {
    for (Sum &sum : sums)
      clear(sum);
  }

  /// Keeps the events of a step before the start for delivery `task`.
  void add(uint32_t task, const Events<T> &events) {
    Sum &sum = sums[task];
    accumulate(events, static_cast<uint32_t>(sum.values.size()), sum.values.data());
    sum.isEmpty = false;
  }

  bool isEmpty(uint32_t task) const { return sums[task].isEmpty; }

  /// How many elements something was kept for.
  uint32_t count(uint32_t task) const {
    const std::vector<T> &values = sums[task].values;
    return static_cast<uint32_t>(
        std::count_if(values.begin(), values.end(), [](T value) { return value != 0; }));
  }

  /// Delivers what was kept for `count` elements, and forgets it.
  Way deliver(uint32_t task, const Delivery<T> &delivery, uint32_t count, Scratch<T> &scratch,
              T *accumulator) {
    Sum &sum = sums[task];
    Way way = deliverAll(delivery, sum.values.data(), sum.values.size(), count, list, scratch,
                         accumulator);
    clear(sum);
    return way;
  }

private:
  struct Sum {
    std::vector<T> values;
    bool isEmpty = true;
  };
  std::vector<Sum> sums; ///< by task
  Events<T> list;

  static void clear(Sum &sum) {
    if (!sum.isEmpty)
      std::fill(sum.values.begin(), sum.values.end(), T{0});
    sum.isEmpty = true;
  }
};

} // namespace snn::detail

#endif
