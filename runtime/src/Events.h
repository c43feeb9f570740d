//===- Events: what a stream carries in one time step ---------------------------------------------------===//
#ifndef SNN_SRC_EVENTS_H
#define SNN_SRC_EVENTS_H

#include <cstdint>
#include <vector>

namespace snn::detail {

/// The elements of a stream that have an event, in ascending order, and what the event is worth: one
/// value for all of them (signs, spikes), or one each (graded). Room for every element is taken when
/// it is made.
template <typename T>
struct Events {
  std::vector<uint32_t> index;
  std::vector<T> value; ///< of graded events
  T uniform = 0;        ///< of all others
  uint32_t count = 0;
  bool graded = false;

  explicit Events(uint64_t size = 0) : index(size), value(size) {}

  void clear(bool isGraded) {
    count = 0;
    graded = isGraded;
  }
  void push(uint32_t element, T worth) {
    index[count] = element;
    value[count++] = worth;
  }
  T worth(uint32_t i) const { return graded ? value[i] : uniform; }
};

} // namespace snn::detail

#endif
