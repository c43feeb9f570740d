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
  const T *parameters;
  uint32_t count;

  T estimate(uint32_t i) const { return range ? range[i] * y[i] : y[i]; }
};

/// The operands of neuron `i`, side by side.
template <typename F, typename T>
struct Operands {
  T x[2];
  Operands(const Neurons<T> &neurons, uint32_t i)
      : x{neurons.x[0][i], F::kIsBinary ? neurons.x[1][i] : T{0}} {}
};

/// A number with the sign of `estimate` - f(x).
template <typename F, typename T>
T getError(T estimate, const T *x, const T *parameters) {
  if constexpr (F::kComparesIndirectly)
    return F::difference(estimate, x, parameters);
  else
    return estimate - F::value(x, parameters);
}

/// Where `estimate` stands beside f(x): +1 when it is more than `zone` above, -1 when it is more than
/// `zone` below, else 0.
template <typename F, typename T>
int getSide(T estimate, T zone, const T *x, const T *parameters) {
  if constexpr (F::kComparesIndirectly) {
    return (getError<F>(estimate - zone, x, parameters) > 0) -
           (getError<F>(estimate + zone, x, parameters) < 0);
  } else {
    T error = getError<F>(estimate, x, parameters);
    return (error > zone) - (error < -zone);
  }
}

/// Sets a bit for each of `count` elements that `isSet`; returns how many are.
template <typename IsSet>
uint32_t fillBits(std::vector<uint64_t> &words, uint32_t count, IsSet isSet) {
  uint32_t total = 0;
  for (uint32_t first = 0; first < count; first += 64) {
    uint64_t word = 0;
    for (uint32_t i = 0, end = std::min(64u, count - first); i < end; ++i)
      word |= uint64_t{isSet(first + i)} << i;
    words[first / 64] = word;
    total += static_cast<uint32_t>(__builtin_popcountll(word));
  }
  return total;
}

/// Sign code: an event, worth -2 eta, where y >= f(x); all others move up by eta. That everything moves
/// is in the receivers' background.
template <typename F, typename T>
void fireSign(const Neurons<T> &neurons, T eta, Events<T> &events) {
  events.uniform = -2 * eta;
  events.stepSize = eta;
  events.count = fillBits(events.fired, neurons.count, [&](uint32_t i) {
    Operands<F, T> operands(neurons, i);
    T error = getError<F>(neurons.estimate(i), operands.x, neurons.parameters);
    bool above = F::kTieIsAbove ? error >= 0 : error > 0;
    neurons.y[i] += above ? -eta : eta;
    return above;
  });
}

/// Ternary code: an event, worth the change of y, where the error exceeds the dead zone.
template <typename F, typename T>
void fireTernary(const Neurons<T> &neurons, T eta, T deadZone, Events<T> &events) {
  events.uniform = eta;
  std::fill(events.negative.begin(), events.negative.end(), 0);
  events.count = fillBits(events.fired, neurons.count, [&](uint32_t i) {
    Operands<F, T> operands(neurons, i);
    T zone = deadZone * eta * (neurons.range ? neurons.range[i] : T{1});
    int side = getSide<F>(neurons.estimate(i), zone, operands.x, neurons.parameters);
    neurons.y[i] += side == 0 ? T{0} : side > 0 ? -eta : eta;
    events.negative[i / 64] |= uint64_t{side > 0} << (i % 64);
    return side != 0;
  });
}

/// The values themselves, y = f(x) / range, as graded events: the ANN.
template <typename F, typename T>
void evaluate(const Neurons<T> &neurons, Events<T> &events) {
  events.clear();
  for (uint32_t i = 0; i < neurons.count; ++i) {
    Operands<F, T> operands(neurons, i);
    T target = F::value(operands.x, neurons.parameters);
    if (target != 0)
      events.push(i, neurons.range ? target / neurons.range[i] : target);
  }
}

} // namespace snn::detail

#endif
