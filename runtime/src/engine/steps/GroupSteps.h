//===- GroupSteps: what the steps of a sample do to a group ---------------------------------------------------===//
//
// A group that ends in neurons and needs nothing but events of other groups runs in three turns, of which threads
// share the first two, each with a part of its own through all steps (Worker.h):
//
//   gather    adds up what arrives before the neurons start
//   compute   takes events to the accumulators and compares
//   conclude  says what was sent, in the order of the steps
//
// Any other group runs its tasks one after another in every step.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_GROUPSTEPS_H
#define SNN_SRC_ENGINE_STEPS_GROUPSTEPS_H

#include "runtime/src/engine/steps/Arrivals.h"
#include "runtime/src/engine/steps/Backgrounds.h"
#include "runtime/src/engine/steps/LateSums.h"
#include "runtime/src/engine/steps/Sources.h"

namespace snn::detail {

template <typename T>
class GroupSteps {
public:
  GroupSteps(Sample<T> &sample, Backgrounds<T> &backgrounds, Sources<T> &sources)
      : sample(sample), backgrounds(backgrounds), sources(sources), arrivals(sample), late(sample) {
  }

  /// Begins a sample.
  void restart();
  /// All of the populations that `restart` left out, before the first step.
  void startRest();

  void run(const Group &group, Steps steps);
  /// Whether what steps bring to decoders waits from now on, where it may, until `bringLate`.
  void setWaiting(bool isOn) { late.setWaiting(isOn); }
  void bringLate() { late.deliver(sample.workers.front()); }
  /// The neurons of a group whose sums are final: all of their steps.
  void fireSettled(const Group &group, Steps steps);

private:
  Sample<T> &sample;
  Backgrounds<T> &backgrounds;
  Sources<T> &sources;
  Arrivals<T> arrivals;
  LateSums<T> late;

  double expectTime(const Group &group, Steps steps) const;
  void forget();
  void compute(const Group &group, Steps steps, Range part, uint32_t parts, Worker<T> &worker);
  void arrive(const Group &group, uint32_t t, uint32_t end, Range part, uint32_t parts,
              Worker<T> &worker);
  bool isQuiet(const Group &group, uint32_t t) const;
  void fire(const Group &group, const Task &task, Steps steps, Range part, Worker<T> &worker,
            uint32_t *sent);
  void conclude(const Group &group, Steps steps, uint32_t parts);
  void send(const Task &task, uint32_t t, uint32_t sent);

  void runInOrder(const Group &group, Steps steps);
  void runTask(const Group &group, uint32_t i, Steps steps, Worker<T> &worker);
  void deliver(const Group &group, uint32_t i, Steps steps, Worker<T> &worker);
  void harvest(const Task &task, uint32_t t);
  void multiply(const Group &group, const Task &task, uint32_t t, Worker<T> &worker);
};

} // namespace snn::detail

#endif
