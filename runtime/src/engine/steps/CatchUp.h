//===- CatchUp: what arrives before a group starts ------------------------------------------------------------===//
//
// Neurons that start late compare nothing before, so that all they need is the sum of what was sent up to
// then: it goes through the synapse once, instead of the events of every step. Where ternary neurons have sent all
// that they ever will, that sum is what they have come to themselves, and nothing is added.
//
// Threads may add to different parts of a sum at the same time, and then, all of them done, read all of it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_CATCHUP_H
#define SNN_SRC_ENGINE_STEPS_CATCHUP_H

#include "runtime/src/plan/State.h"

namespace snn::detail {

template <typename T>
class CatchUp {
public:
  /// `outputs` by population: what its events so far add up to.
  CatchUp(const Network &network, const TypedPlan<T> &plan, const std::vector<Aligned<T>> &outputs)
      : outputs(outputs), sums(plan.tasks.size()) {
    std::vector<const Population<T> *> finishing(network.streams.size(), nullptr);
    for (const Population<T> &population : plan.populations)
      if (addsUp(network, population))
        finishing[population.stream] = &population;
    for (const Group &group : plan.groups)
      for (uint32_t i : group.tasks) {
        const Task &task = plan.tasks[i];
        if (task.kind != Task::Kind::Deliver || task.isInner || group.start == 0)
          continue;
        const Population<T> *source = finishing[task.stream];
        sums[i].size = network.streams[task.stream].size;
        if (source && getEnd(network, *source) <= group.start + uint64_t{1})
          sums[i].population = source - plan.populations.data();
        else
          sums[i].values.resize(sums[i].size);
      }
  }

  void clear() {
    for (Sum &sum : sums)
      sum.isEmpty = true;
  }

  bool isEmpty(uint32_t task) const { return sums[task].isEmpty; }
  uint64_t size(uint32_t task) const { return sums[task].size; }

  /// Keeps the events of some steps before the start for delivery `task`, of part of the elements. The sum counts as
  /// empty until `fill`.
  void add(uint32_t task, std::span<const Events<T>> steps, Range part) {
    if (sums[task].population >= 0)
      return;
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
    const T *values = valuesOf(sums[task]);
    return static_cast<uint32_t>(std::count_if(values + part.begin,
                                               values + part.endOf(sums[task].size),
                                               [](T value) { return value != 0; }));
  }
  /// The same of all elements, once it is known.
  void setCount(uint32_t task, uint32_t count) { sums[task].count = count; }
  uint32_t count(uint32_t task) const { return sums[task].count; }

  /// Delivers what was kept to a part of the accumulator.
  Way deliver(uint32_t task, const Delivery<T> &delivery, Events<T> &list, Scratch<T> &scratch,
              T *accumulator, Range part) const {
    const Sum &sum = sums[task];
    return deliverAll(delivery, valuesOf(sum), sum.size, sum.count, list, scratch, accumulator,
                      part);
  }

private:
  struct Sum {
    uint64_t size = 0;
    std::ptrdiff_t population = -1; ///< whose outputs it is, if it is
    std::vector<T> values;          ///< else
    bool isEmpty = true;
    uint32_t count = 0; ///< of values that are not 0
  };
  const std::vector<Aligned<T>> &outputs;
  std::vector<Sum> sums; ///< by task

  const T *valuesOf(const Sum &sum) const {
    return sum.population >= 0 ? outputs[static_cast<size_t>(sum.population)].data()
                               : sum.values.data();
  }

  /// Whether the outputs of a population are the sum of its events at any time: no constant part, and, of signs, no
  /// rise of everyone that their receivers know of.
  static bool addsUp(const Network &network, const Population<T> &population) {
    return network.operations[population.operation].kind == Operation::Kind::Neuron &&
           network.streams[population.stream].code == SpikeCode::Ternary &&
           population.initial.empty();
  }
  /// The first step in which it cannot send any more.
  static uint64_t getEnd(const Network &network, const Population<T> &population) {
    const Schedule &schedule = network.operations[population.operation].schedule;
    return schedule.steps < 0 ? UINT64_MAX : schedule.start + static_cast<uint64_t>(schedule.steps);
  }
};

} // namespace snn::detail

#endif
