//===- Rates: populations whose inputs are spikes that count by their mean -----------------------------------------===//
//
// docs/spec/snn.md, "Rates": of every step's current a mean is kept, and neurons send a spike where it is above their own
// mean. `T` is float or double.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_RATES_H
#define SNN_SRC_ENGINE_REAL_RATES_H

#include "runtime/src/plan/State.h"

namespace snn::detail {

template <typename T>
class Rates {
public:
  Rates(const Network &network, const TypedPlan<T> &typed);

  bool isEmpty() const { return !hasSome; }
  /// Whether a population takes rates in.
  bool has(const Population<T> &population) const;
  /// Begins a sample: means begin at A(0), but for those of decoders, which begin at 0.
  void start();
  /// What everyone's current is without a spike: what accumulators hold once the input has been sent.
  void rest(const State<T> &state);
  /// Takes the current of time step `t` out of the accumulator and into its mean.
  void average(size_t population, uint32_t t, State<T> &state);
  /// Compares; `y` is what the population's spikes so far average to.
  void integrate(size_t population, uint32_t t, Aligned<T> &y, Events<T> &events) const;
  /// The means of a population.
  const Aligned<T> &getMeans(size_t population) const { return x[population]; }

private:
  const Network &network;
  const TypedPlan<T> &typed;
  std::vector<Aligned<T>> x;       ///< per population: the mean of its current
  std::vector<Aligned<T>> resting; ///< per population: its current without a spike
  bool hasSome = false;

  const Terminal<T> &terminalOf(size_t population) const {
    return typed.terminals[typed.populations[population].terminals[0]];
  }
  const Operation &operationOf(size_t population) const {
    return network.operations[typed.populations[population].operation];
  }
};

} // namespace snn::detail

#endif
