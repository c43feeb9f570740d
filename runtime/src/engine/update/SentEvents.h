//===- SentEvents: what the streams of an update carry, step by step ------------------------------------------===//
//
// Lists, whatever the code: an update is worth its while where events are few. Room grows with the events.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_UPDATE_SENTEVENTS_H
#define SNN_SRC_ENGINE_UPDATE_SENTEVENTS_H

#include "runtime/src/kernels/Events.h"
#include <algorithm>

namespace snn::detail {

/// Appends to a list, which grows where it must.
template <typename T>
void push(Events<T> &list, uint32_t element, T worth) {
  if (list.count == list.index.size()) {
    const size_t room = std::max<size_t>(64, size_t{2} * list.count);
    list.index.resize(room);
    list.value.resize(room);
  }
  list.push(element, worth);
}

/// Appends all of another list.
template <typename T>
void append(Events<T> &list, const Events<T> &other) {
  list.makeRoom(size_t{list.count} + other.count);
  std::copy_n(other.index.begin(), other.count, list.index.begin() + list.count);
  std::copy_n(other.value.begin(), other.count, list.value.begin() + list.count);
  list.count += other.count;
}

/// Of one stream.
template <typename T>
class SentEvents {
public:
  /// Those of time step `t`, of which there are none yet; steps come in ascending order.
  Events<T> &add(uint32_t t) {
    if (used == lists.size())
      lists.emplace_back();
    steps.push_back(t);
    lists[used].clear();
    return lists[used++];
  }
  /// Takes back the step that was added last: it has no events.
  void drop() {
    steps.pop_back();
    --used;
  }
  void clear() {
    steps.clear();
    used = 0;
  }

  bool empty() const { return steps.empty(); }
  /// The time steps that have events, in ascending order; one at least where it is not empty.
  uint32_t first() const { return steps.front(); }
  uint32_t last() const { return steps.back(); }
  /// How many of them come before `end`.
  size_t countBefore(uint32_t end) const {
    return static_cast<size_t>(std::lower_bound(steps.begin(), steps.end(), end) - steps.begin());
  }
  /// The n-th of those steps, and what it has.
  uint32_t stepOf(size_t n) const { return steps[n]; }
  const Events<T> &operator[](size_t n) const { return lists[n]; }
  /// Of time step `t`; null: none.
  const Events<T> *find(uint32_t t) const {
    const size_t n = countBefore(t);
    return n < steps.size() && steps[n] == t ? &lists[n] : nullptr;
  }

private:
  std::vector<uint32_t> steps;
  std::vector<Events<T>> lists; ///< of the steps; those beyond keep their room
  size_t used = 0;
};

} // namespace snn::detail

#endif
