//===- Arrivals: events of other groups, to the sums of the group that runs -----------------------------------===//
//
// Before the group starts they are only kept (CatchUp.h); from then on those of a step go through the synapse by the way
// that is expected to cost least.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_ARRIVALS_H
#define SNN_SRC_ENGINE_STEPS_ARRIVALS_H

#include "runtime/src/engine/steps/CatchUp.h"
#include "runtime/src/engine/steps/Sample.h"

namespace snn::detail {

template <typename T>
class Arrivals {
public:
  explicit Arrivals(Sample<T> &sample)
      : sample(sample), catchUp(sample.network, sample.typed, sample.y) {}

  /// Begins a sample.
  void restart() { catchUp.clear(); }

  /// Keeps what comes before the start of a group whose work is in parts.
  void gather(const Group &group, Steps steps, uint32_t parts);
  /// The same of one delivery of a group that runs in order, and of one step.
  void gather(const Group &group, uint32_t i, uint32_t t);

  /// Takes what delivery `i` gives in time step `t` to a part of its accumulator, and says whether something was added. `end`
  /// is where the steps that run end.
  bool deliver(const Group &group, uint32_t i, uint32_t t, uint32_t end, Range part,
               Worker<T> &worker);

  /// Counts what the events of a worker's part of a stream stand for.
  void countOperations(uint32_t i, uint32_t t, uint32_t parts, Worker<T> &worker) const;

private:
  Sample<T> &sample;
  CatchUp<T> catchUp;

  Steps getKept(const Group &group, uint32_t i, Steps steps) const;
  void keep(const Group &group, uint32_t i, Steps steps, uint32_t parts, uint32_t index,
            uint32_t &count);
  void finishKeeping(const Group &group, uint32_t i, Steps steps, uint32_t count);
};

} // namespace snn::detail

#endif
