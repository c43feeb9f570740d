//===- Following: how a population follows its changes, block by block ----------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_FOLLOWING_H
#define SNN_SRC_ENGINE_UPDATE_FOLLOWING_H

#include "runtime/src/engine/update/ListDelivery.h"
#include "runtime/src/engine/update/Marks.h"

namespace snn::detail {

/// Blocks of a population by what their neurons may do in the rest of an update.
struct Moving {
  Marks awake;    ///< something may be sent in the steps to come
  Marks later;    ///< nothing is before the middle of the schedule, unless something arrives
  Marks restless; ///< something was sent, or arrived after the first step

  explicit Moving(uint64_t neurons = 0) : awake(neurons), later(neurons), restless(neurons) {}

  void clear() {
    for (Marks *marks : {&awake, &later, &restless})
      marks->clear();
  }
  void add(const Moving &other, Range neurons = {}) {
    awake.add(other.awake, neurons);
    later.add(other.later, neurons);
    restless.add(other.restless, neurons);
  }
};

template <typename T>
struct Following {
  T min = 0;           ///< dead zone: no step of an update has a smaller one
  T hysteresis = 0;    ///< likewise, as it is asked for
  T limit = 0;         ///< how far outputs get from where they started
  uint32_t middle = 0; ///< step of the schedule before which blocks may be left out
  T early = 0;         ///< dead zone: no step before it has a smaller one
  Moving moving;
  Marks again; ///< blocks to look at in the first step, whatever arrives

  /// An update begins: blocks that are awake, and have not just been silent in all steps, go on.
  void begin() {
    again.clear();
    moving.awake.forEach([&](uint32_t block) {
      if (moving.restless.has(block))
        again.add(block);
    });
    moving.clear();
  }
};

/// What a part of a group works with in an update: a part has its own, whichever thread does it.
template <typename T>
struct alignas(64) UpdateWorker {
  std::vector<Marks> touched; ///< by accumulator: what was added to since it was last looked at
  Marks arrived, woken;
  Events<T> bits;        ///< what a population sends in a step
  std::vector<T> before; ///< outputs of a run of blocks
  ListDelivery<T> lists;
  Moving moving;      ///< of the part of a group that is divided
  SentEvents<T> sent; ///< likewise: what its neurons send

  UpdateWorker(const std::vector<uint64_t> &accumulators, uint64_t largest)
      : arrived(largest), woken(largest), bits(largest, Events<T>::Form::Signed), moving(largest) {
    for (uint64_t size : accumulators)
      touched.emplace_back(size);
    lists.reserve(largest);
  }
};

} // namespace snn::detail

#endif
