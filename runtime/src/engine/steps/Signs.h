//===- Signs: what events of the sign code are worth ------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_SIGNS_H
#define SNN_SRC_ENGINE_STEPS_SIGNS_H

#include "runtime/src/kernels/Events.h"

namespace snn::detail {

/// An event of the sign code, where the estimate is too high, is worth -2 steps; that everyone moves up by one is in
/// the receivers' background.
template <typename T>
void labelSigns(T step, Events<T> &events) {
  events.uniform = -2 * step;
  events.stepSize = step;
}

} // namespace snn::detail

#endif
