//===- Sources: what an order of steps calls ------------------------------------------------------------------===//
//
// Encoder, neurons and decoders are different for each kind of network. They work on the sample, and know nothing of the
// order that calls them.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_SOURCES_H
#define SNN_SRC_ENGINE_STEPS_SOURCES_H

#include "runtime/src/engine/steps/Worker.h"

namespace snn::detail {

template <typename T>
class Sources {
public:
  virtual ~Sources() = default;

  /// Before the first step: a part of a population and its accumulators.
  virtual void start(size_t population, Range part) = 0;
  /// The input's events of time step `t`.
  virtual void encode(uint32_t t, Events<T> &events) = 0;
  /// A time step of an Integrate or a Decode.
  virtual void receive(const Group &group, const Task &task, uint32_t t) = 0;
  /// What arrives in time step `t` without an event, and the worker's comparisons, which are of that step and of
  /// later ones, or none: for a part of a population.
  virtual void compare(const Group &group, const Task &task, uint32_t t, Range part,
                       Worker<T> &worker) = 0;
  /// The worker's part, or what its neurons are in, may be another than when it last compared: nothing that was found then
  /// holds.
  virtual void forget(const Worker<T> &worker) = 0;
};

} // namespace snn::detail

#endif
