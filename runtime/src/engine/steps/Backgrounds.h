//===- Backgrounds: what sign-coded sources give everyone, whatever their events ------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_BACKGROUNDS_H
#define SNN_SRC_ENGINE_STEPS_BACKGROUNDS_H

#include "runtime/src/engine/steps/Sample.h"
#include "runtime/src/kernels/Fire.h"

namespace snn::detail {

template <typename T>
class Backgrounds {
public:
  /// What becomes of those of the steps before a group starts.
  enum class Early {
    Added, ///< they are added then: states of 16 bits round in every step
    Kept   ///< they come together with those of the start
  };

  Backgrounds(Sample<T> &sample, Early early) : sample(sample), early(early) {
    for (const Terminal<T> &terminal : sample.typed.terminals)
      kept.emplace_back(terminal.backgrounds.size(), T{0});
  }

  /// Begins a sample.
  void restart() {
    for (std::vector<T> &stepSizes : kept)
      std::fill(stepSizes.begin(), stepSizes.end(), T{0});
  }

  /// A time step before a group starts. Only one thread may call it.
  void wait(const Group &group, uint32_t t) {
    if (early == Early::Added)
      return;
    for (uint32_t i : group.tasks) {
      const Task &task = sample.typed.tasks[i];
      if (task.kind == Task::Kind::Fire)
        keep(sample.typed.populations[sample.typed.populationOf[task.operation]].terminals, t);
      else if (task.kind == Task::Kind::Multiply)
        keep(sample.typed.products[task.delivery].terminals, t);
    }
  }
  /// Whether there are none to add yet.
  bool isWaiting(const Group &group, uint32_t t) const {
    return early == Early::Kept && t < group.start;
  }

  /// Whether there are none in time step `t`.
  bool areNone(const std::vector<uint32_t> &terminals, uint32_t t) const {
    for (uint32_t index : terminals)
      for (const Background<T> &background : sample.typed.terminals[index].backgrounds)
        if (sample.state.at(background.stream, t).stepSize != 0)
          return false;
    return true;
  }

  /// Those of a step, in the worker's list.
  std::span<const Rise<T>> get(const Group &group, const std::vector<uint32_t> &terminals,
                               uint32_t t, Worker<T> &worker) const {
    worker.rises.clear();
    for (uint32_t index : terminals) {
      const Terminal<T> &terminal = sample.typed.terminals[index];
      for (size_t b = 0; b < terminal.backgrounds.size(); ++b) {
        const Background<T> &background = terminal.backgrounds[b];
        T stepSize = sample.state.at(background.stream, t).stepSize;
        if (t == group.start)
          stepSize = kept[index][b] + stepSize;
        if (stepSize != 0)
          worker.rises.push_back({sample.state.accumulators[terminal.accumulator].data(),
                                  &background.value, stepSize});
      }
    }
    worker.arrivals += worker.rises.size();
    return worker.rises;
  }

  /// To a part of what the terminals end in.
  void add(const Group &group, const std::vector<uint32_t> &terminals, uint32_t t, Range part,
           Worker<T> &worker) const {
    for (const Rise<T> &rise : get(group, terminals, t, worker))
      kernels::raise(rise, part);
  }

private:
  Sample<T> &sample;
  const Early early;
  std::vector<std::vector<T>> kept; ///< by terminal and background: step sizes until the start

  void keep(const std::vector<uint32_t> &terminals, uint32_t t) {
    for (uint32_t index : terminals)
      for (size_t b = 0; b < kept[index].size(); ++b)
        kept[index][b] +=
            sample.state.at(sample.typed.terminals[index].backgrounds[b].stream, t).stepSize;
  }
};

} // namespace snn::detail

#endif
