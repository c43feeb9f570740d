//===- Order: which group runs when ---------------------------------------------------------------------------===//
//
// What takes a group through some steps is given: `run(group, steps)`.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_ORDER_H
#define SNN_SRC_ENGINE_STEPS_ORDER_H

#include "runtime/src/engine/steps/Sample.h"

namespace snn::detail {

/// The first group that ends in a decoder; those behind it serve decoders, too.
template <typename T>
size_t findFirstDecoder(const TypedPlan<T> &typed) {
  auto decodes = [&](const Group &group) {
    return typed.tasks[group.tasks.back()].kind == Task::Kind::Decode;
  };
  return static_cast<size_t>(std::find_if(typed.groups.begin(), typed.groups.end(), decodes) -
                             typed.groups.begin());
}

/// The next step of the groups from number `first` on.
template <typename T, typename Run>
void runStep(Sample<T> &sample, size_t first, Run run) {
  uint32_t &time = sample.progress.time;
  for (const Group &group : std::span(sample.typed.groups).subspan(first))
    run(group, Steps{time, time + 1});
  ++time;
}

/// Layer by layer: up to the decoders each group by `runLayer(group, steps)` through all that are left of `steps`. The others go
/// step by step by `run`, and after each step `done()` is called.
template <typename T, typename RunLayer, typename Run, typename Done>
void runLayers(Sample<T> &sample, uint32_t steps, RunLayer runLayer, Run run, Done done) {
  const size_t first = findFirstDecoder(sample.typed);
  const uint32_t &time = sample.progress.time;
  if (time >= steps)
    return;
  for (const Group &group : std::span(sample.typed.groups).first(first))
    runLayer(group, Steps{time, steps});
  while (time < steps) {
    runStep(sample, first, run);
    done();
  }
}

} // namespace snn::detail

#endif
