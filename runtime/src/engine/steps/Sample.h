//===- Sample: what the parts of an engine share of the sample that runs --------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_SAMPLE_H
#define SNN_SRC_ENGINE_STEPS_SAMPLE_H

#include "runtime/src/engine/steps/Runner.h"
#include "runtime/src/engine/steps/Worker.h"
#include "runtime/src/plan/State.h"
#include "runtime/src/support/ThreadPool.h"
#include <optional>
#include <utility>

namespace snn::detail {

/// From `begin` to before `end`.
struct Steps {
  uint32_t begin, end;
  bool has(uint32_t t) const { return t >= begin && t < end; }
};

template <typename T>
class Sample {
public:
  const Plan &plan;
  const Network &network;
  const TypedPlan<T> &typed;
  Progress &progress;
  State<T> state;
  std::vector<Aligned<T>> y;      ///< by population: what its events so far add up to
  std::vector<Worker<T>> workers; ///< by part; the first does what is not divided
  ThreadPool pool;
  std::vector<bool> startsLater; ///< by accumulator: whether `restart` leaves it out
  /// Whether events that arrive after a group's last comparison count, too: for updates, which go on from there,
  /// and for EngineOptions::hearsLate.
  bool keepsLate = false;
  bool isUpdate = false;   ///< whether the input that runs is one to states that live on
  bool hasStarted = false; ///< whether there has been a sample at all

  Sample(const Plan &plan, const TypedPlan<T> &typed, const EngineOptions &options,
         Progress &progress);

  /// Begins: accumulators, but for those of groups whose work can be divided. They start when the group runs, part by part,
  /// so that a part goes into the cache of the thread that works with it.
  void restart();

  /// Makes room for the events of some steps, but for streams whose events nobody makes.
  void reserveSteps(uint32_t steps, const std::vector<bool> &unmade = {});

  /// What a group works on, which those that never run with steps need not have. Not by several threads.
  void make(const Group &group);
  /// Where a part of a population is before the first step. A whole one is made.
  void startOutputs(size_t p, Range part);

  const Operation &operationOf(const Population<T> &population) const {
    return network.operations[population.operation];
  }
  /// Of the one that a group ends in.
  size_t populationOf(const Group &group) const {
    return static_cast<size_t>(typed.populationOf[typed.tasks[group.tasks.back()].operation]);
  }
  /// The population that a layer is; nothing of one that is none of signGD neurons.
  std::optional<size_t> findNeurons(size_t layer) const {
    for (size_t p = 0; p < typed.populations.size(); ++p)
      if (typed.populations[p].layer == layer &&
          operationOf(typed.populations[p]).kind == Operation::Kind::Neuron)
        return p;
    return std::nullopt;
  }
  size_t indexOf(const Group &group) const {
    return static_cast<size_t>(&group - typed.groups.data());
  }

  /// Parts of what ends in `size` elements: as many as are worth a thread each. `expectTime()` says what all of it is
  /// expected to take, in picoseconds.
  template <typename ExpectTime>
  uint32_t countParts(uint64_t size, uint32_t unit, ExpectTime expectTime) const {
    if (pool.size() == 1)
      return 1;
    const uint64_t max = std::min<uint64_t>(pool.size(), (size + unit - 1) / unit);
    if (smallestPart == 0)
      return static_cast<uint32_t>(max);
    const double worth = expectTime() / (1e3 * static_cast<double>(smallestPart));
    return static_cast<uint32_t>(std::clamp<double>(worth, 1, static_cast<double>(max)));
  }

  // ---- What is told of it ----

  /// What a population has sent in time step `t`.
  void count(const Task &task, const Events<T> &events, uint32_t t);
  /// Takes what a worker has counted of the layers of a group.
  void addStatistics(const Group &group, Worker<T> &worker);
  /// Whether decoders may hold something else than when this was last asked: between samples and updates, they run on the
  /// first worker.
  bool takeArrivals() {
    const uint64_t before = std::exchange(taken, workers.front().arrivals);
    return isUpdate || before != taken;
  }

private:
  static constexpr uint64_t kNever = UINT64_MAX;
  uint64_t smallestPart;       ///< of work that is worth a thread, in nanoseconds
  std::vector<uint8_t> isMade; ///< by group: whether what it works on is there
  uint64_t taken = kNever;     ///< the arrivals when somebody last asked

  void makeOutputs(size_t p);
  void show(const Task &task, const Events<T> &events, uint32_t t) const;
};

/// Of a delivery that has ways: what each would have taken.
inline void countExpected(LayerStatistics &layer, const Expectation &expectation) {
  for (size_t way = 0; way < expectation.size(); ++way)
    layer.expect(way, expectation[way] < 1e18 ? static_cast<uint64_t>(expectation[way])
                                              : LayerStatistics::kNoWay);
}

} // namespace snn::detail

#endif
