#include "runtime/src/engine/real/Rates.h"

#include "runtime/src/kernels/Neurons.h"

namespace snn::detail {

template <typename T>
Rates<T>::Rates(const Network &network, const TypedPlan<T> &typed)
    : network(network), typed(typed) {
  for (const Population<T> &population : typed.populations) {
    const bool averages = has(population);
    const uint64_t size = averages ? network.streams[population.stream].size : 0;
    x.emplace_back(size, T{0});
    resting.emplace_back(size, T{0});
    hasSome |= averages;
  }
}

template <typename T>
bool Rates<T>::has(const Population<T> &population) const {
  return network.streams[network.operations[population.operation].inputs[0]].isRate;
}

template <typename T>
void Rates<T>::start() {
  for (size_t p = 0; p < x.size(); ++p)
    if (operationOf(p).kind == Operation::Kind::Decode)
      std::fill(x[p].begin(), x[p].end(), T{0});
    else
      x[p] = terminalOf(p).start.expand();
}

template <typename T>
void Rates<T>::rest(const State<T> &state) {
  for (size_t p = 0; p < resting.size(); ++p)
    resting[p] = state.accumulators[terminalOf(p).accumulator];
}

template <typename T>
void Rates<T>::average(size_t population, uint32_t t, State<T> &state) {
  Aligned<T> &current = state.accumulators[terminalOf(population).accumulator];
  const T eta = static_cast<T>(operationOf(population).schedule.stepSize(t + 1));
  for (size_t i = 0; i < current.size(); ++i) {
    x[population][i] -= eta * (x[population][i] - current[i]);
    current[i] = resting[population][i];
  }
}

template <typename T>
void Rates<T>::integrate(size_t population, uint32_t t, Aligned<T> &y, Events<T> &events) const {
  events.clear();
  events.uniform = 1;
  const T eta = static_cast<T>(operationOf(population).schedule.stepSize(t + 1));
  events.count = fillBits(events.fired, {0, static_cast<uint32_t>(y.size())}, [&](uint32_t i) {
    const bool isAbove = x[population][i] > y[i];
    y[i] -= eta * (y[i] - (isAbove ? T{1} : T{0}));
    return isAbove;
  });
}

template class Rates<float>;
template class Rates<double>;

} // namespace snn::detail
