//===- Neurons: one time step of a population -----------------------------------------------------------------===//
//
// docs/spec/snn.md, "Neurons that follow a function" and "Neurons that average". `x` are the estimates
// of the operands, `y` that of the output; `x[1]` is null for functions of one operand, `range` for
// populations in units of 1.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_NEURONS_H
#define SNN_SRC_NEURONS_H

#include "runtime/src/Events.h"
#include "runtime/src/Functions.h"

namespace snn::detail {

template <typename T>
struct Neurons {
  const T *x[2];
  T *y;
  const T *range;
  uint32_t count;
};

/// Sign code: an event, worth -2 eta, where y >= f(x); all others move up by eta. That everything moves
/// is in the receivers' background.
template <typename F, typename T>
void fireSign(const Neurons<T> &neurons, T eta, Events<T> &events) {
  events.clear(/*isGraded=*/false);
  events.uniform = -2 * eta;
  for (uint32_t i = 0; i < neurons.count; ++i) {
    T target = F::evaluate(neurons.x[0][i], F::kIsBinary ? neurons.x[1][i] : T{0});
    T estimate = neurons.range ? neurons.range[i] * neurons.y[i] : neurons.y[i];
    bool above = F::kTieIsAbove ? estimate >= target : estimate > target;
    neurons.y[i] += above ? -eta : eta;
    events.index[events.count] = i;
    events.count += above;
  }
}

/// Ternary code: an event, worth the change of y, where the error exceeds the dead zone.
template <typename F, typename T>
void fireTernary(const Neurons<T> &neurons, T eta, T deadZone, Events<T> &events) {
  events.clear(/*isGraded=*/true);
  for (uint32_t i = 0; i < neurons.count; ++i) {
    T target = F::evaluate(neurons.x[0][i], F::kIsBinary ? neurons.x[1][i] : T{0});
    T unit = neurons.range ? neurons.range[i] : T{1};
    T error = unit * neurons.y[i] - target, zone = deadZone * eta * unit;
    if (error > zone) {
      neurons.y[i] -= eta;
      events.push(i, -eta);
    } else if (error < -zone) {
      neurons.y[i] += eta;
      events.push(i, eta);
    }
  }
}

/// The values themselves, y = f(x) / range, as graded events: the ANN.
template <typename F, typename T>
void evaluate(const Neurons<T> &neurons, Events<T> &events) {
  events.clear(/*isGraded=*/true);
  for (uint32_t i = 0; i < neurons.count; ++i) {
    T target = F::evaluate(neurons.x[0][i], F::kIsBinary ? neurons.x[1][i] : T{0});
    if (target != 0)
      events.push(i, neurons.range ? target / neurons.range[i] : target);
  }
}

} // namespace snn::detail

#endif
