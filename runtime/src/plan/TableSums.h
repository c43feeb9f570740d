//===- TableSums: signs through tables, several steps at once -------------------------------------------------===//
//
// A table of weights' sums is several times the size of a first-level cache, so that it is read in
// parts, each for all outputs. Small images have few of them: where the events of later steps are known
// already (layer by layer), the same part serves those too, and their sums are kept until their step comes.
// A step's sums are the same numbers whether they were computed with others or alone.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_PLAN_TABLESUMS_H
#define SNN_SRC_PLAN_TABLESUMS_H

#include "runtime/src/plan/Plan.h"
#include <span>

namespace snn::detail {

/// How many steps are computed at once where their events are known: enough windows for every part of the table.
uint32_t getStepsAtOnce(const Window &window);

template <typename T>
class TableSums {
public:
  explicit TableSums(const TypedPlan<T> &plan);

  /// Forgets what was computed ahead.
  void clear();

  /// Adds to `accumulator`, or to some rows of outputs in it, what `events[0]`, those of step `time`, give
  /// through a delivery that prefers tables. Behind them are the events of the next steps, as many as are known.
  void deliver(uint32_t task, const Delivery<T> &delivery, std::span<const Events<T>> events,
               uint32_t time, T *accumulator, Range rows = {});

private:
  /// Sums of the steps `first` to `first + count` of some rows of one task at a time.
  struct Slot {
    uint32_t task = UINT32_MAX, first = 0, count = 0;
    Range rows;
    Aligned<T> sums;
    Aligned<int16_t> shortSums;
  };
  std::vector<Slot> slots;      ///< tasks of one group have different ones
  std::vector<uint32_t> slotOf; ///< by task
  Aligned<uint32_t> codes;      ///< of 16 channels each, with the border of the window

  void compute(Slot &slot, const Delivery<T> &delivery, std::span<const Events<T>> events);
};

} // namespace snn::detail

#endif
