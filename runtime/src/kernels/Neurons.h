//===- Neurons: one time step of a population -----------------------------------------------------------------===//
//
// docs/spec/snn.md, "Neurons that follow a function". `x` are the estimates of the operands, `y` that of
// the output; `x[1]` is null for functions of one operand, `range` for populations in units of 1. The
// comparison of one neuron is here; kernels/Fire.cpp makes it for all of a population.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_NEURONS_H
#define SNN_SRC_KERNELS_NEURONS_H

#include "runtime/src/kernels/Events.h"
#include "runtime/src/kernels/Functions.h"
#include "runtime/src/support/Repeated.h"
#include <span>

namespace snn::detail {

/// What everyone of a population is given before it compares: `stepSize` times `background`, into `estimates`.
template <typename T>
struct Rise {
  T *estimates;
  const Repeated<T> *background;
  T stepSize;
};

/// What a population does in a time step: in which nothing new arrives, unless it is the first of several.
template <typename T>
struct Comparison {
  T step; ///< what a neuron moves by
  T zone; ///< ternary code: the error within which it does not, in the unit of y (integers: of f)
  Events<T> *events; ///< gets the bits
  uint32_t sent = 0; ///< gets their number
};

template <typename T>
struct Neurons {
  const T *x[2];
  T *y;
  const Repeated<T> *range;
  const T *parameters;
  uint32_t count;
  std::span<const Rise<T>> rises = {};

  T estimate(uint32_t i) const { return range ? (*range)[i] * y[i] : y[i]; }
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

/// Sets a bit for each of some elements, from a whole word on, that `isSet`; returns how many are.
template <typename IsSet>
uint32_t fillBits(Aligned<uint64_t> &words, Range elements, IsSet isSet) {
  uint32_t total = 0;
  for (uint32_t first = elements.begin; first < elements.end; first += 64) {
    uint64_t word = 0;
    for (uint32_t i = 0, count = std::min(64u, elements.end - first); i < count; ++i)
      word |= uint64_t{isSet(first + i)} << i;
    words[first / 64] = word;
    total += static_cast<uint32_t>(__builtin_popcountll(word));
  }
  return total;
}

/// How many of the values that `wanted` carries are farther than `reach`, and a sixteenth of it, which rounded weights
/// are off by, from where outputs start (`initial`; empty: 0). Values that are not numbers are out of reach.
template <typename T>
uint64_t countUnreachable(const Events<T> &wanted, const std::vector<T> &initial, double reach) {
  const double limit = reach * (1 + 1.0 / 16);
  uint64_t count = 0;
  for (uint32_t i = 0; i < wanted.count; ++i) {
    double start = initial.empty() ? 0 : static_cast<double>(initial[wanted.index[i]]);
    count += !(std::abs(static_cast<double>(wanted.value[i]) - start) <= limit);
  }
  return count;
}

/// The values themselves, y = f(x) / range, as graded events: the ANN.
template <typename F, typename T>
void evaluate(const Neurons<T> &neurons, Events<T> &events) {
  events.clear();
  for (uint32_t i = 0; i < neurons.count; ++i) {
    Operands<F, T> operands(neurons, i);
    T target = F::value(operands.x, neurons.parameters);
    if (target != 0)
      events.push(i, neurons.range ? target / (*neurons.range)[i] : target);
  }
}

} // namespace snn::detail

#endif
