//===- Moves: how far neurons move in a time step, and when ---------------------------------------------------===//
//
// Real neurons by the schedule itself, integer ones by what the quantizer made of it. `T` are the network's numbers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_MOVES_H
#define SNN_SRC_ENGINE_STEPS_MOVES_H

#include "runtime/src/network/Network.h"
#include <algorithm>
#include <cmath>
#include <type_traits>

namespace snn::detail {

/// What the neurons of `op` move by in time step `t`, in which they compare.
template <typename T>
T getStep(const Operation &op, uint32_t t) {
  if constexpr (std::is_same_v<T, int32_t>)
    return op.fixedNeuron.steps[t - op.schedule.start];
  else
    return static_cast<T>(op.schedule.stepSize(t));
}

/// Their dead zone then.
template <typename T>
T getZone(const Operation &op, uint32_t t) {
  const uint32_t k = t - op.schedule.start;
  if constexpr (std::is_same_v<T, int32_t>)
    return op.code == SpikeCode::Ternary ? op.fixedNeuron.zones[k] : 0;
  else
    return static_cast<T>(op.deadZoneAt(k)) * getStep<T>(op, t);
}

/// The dead zone below which none of an update's is.
template <typename T>
T getHysteresis(const Operation &op) {
  if constexpr (std::is_same_v<T, int32_t>) {
    constexpr double kNever = 1 << 30; // no error is larger
    const FixedNeuron &form = op.fixedNeuron;
    const double last = std::ldexp(static_cast<double>(form.steps.back()),
                                   static_cast<int>(form.operandFraction - form.eventFraction));
    return static_cast<int32_t>(std::llround(std::min(op.hysteresis * last, kNever)));
  } else {
    return static_cast<T>(op.hysteresis) *
           getStep<T>(op, op.schedule.start + static_cast<uint32_t>(op.schedule.steps) - 1);
  }
}

/// How far an output may get from where it started, in updates.
template <typename T>
T getLimit(const Operation &op) {
  if constexpr (std::is_same_v<T, int32_t>) {
    return op.fixedNeuron.reach();
  } else {
    double reach = 0;
    for (int32_t k = 0; k < op.schedule.steps; ++k)
      reach += op.schedule.stepSize(op.schedule.start + static_cast<uint32_t>(k));
    return static_cast<T>(reach * (1 + std::ldexp(1.0, -20)));
  }
}

} // namespace snn::detail

#endif
