#include "runtime/src/engine/real/RealEncoder.h"

namespace snn::detail {

template <typename T>
void readInput(const Plan &plan, const double *values, std::vector<T> &input) {
  const Network &network = plan.network;
  input.resize(plan.inputOrder.size());
  const size_t perChannel = input.size() / network.inputShape[0];
  for (size_t first = 0; first < input.size(); first += perChannel) {
    const double mean = network.mean.empty() ? 0 : network.mean[first / perChannel];
    const double deviation = network.std.empty() ? 1 : network.std[first / perChannel];
    for (size_t i = first; i < first + perChannel; ++i)
      input[plan.inputOrder[i]] = static_cast<T>((values[i] - mean) / deviation);
  }
}

template <typename T>
RealEncoder<T>::RealEncoder(const Plan &plan)
    : plan(plan), operation(plan.network.operations.front()), input(plan.inputOrder.size()) {}

template <typename T>
void RealEncoder<T>::start(const double *values) {
  readInput(plan, values, input.now);
  input.restart();
}

template <typename T>
void RealEncoder<T>::encode(uint32_t t, Events<T> &events) {
  events.clear();
  const T eta = static_cast<T>(operation.schedule.stepSize(t));
  if (operation.inputCode == InputCode::Direct && t == 0)
    sendAll(input.now, events);
  else if (operation.inputCode == InputCode::Float)
    input.sendChanges(events, [eta](T x, T sent) { return -eta * (sent - x); });
  else if (operation.inputCode == InputCode::Spike && operation.schedule.isActive(t))
    input.sendSigns(eta, events, [](T x, T sent) { return sent >= x; });
}

template <typename T>
void RealEncoder<T>::change(const double *values, Events<T> &changes) {
  readInput(plan, values, input.next);
  input.sendUpdate(plan.network.inputShape, changes);
}

/// Of the normalized input: the same of every channel before normalization.
template <typename T>
void RealEncoder<T>::setThreshold(double threshold) {
  const std::vector<double> &deviations = plan.network.std;
  input.thresholds.assign(plan.network.inputShape[0], static_cast<T>(threshold));
  for (size_t c = 0; c < deviations.size(); ++c)
    input.thresholds[c] = static_cast<T>(threshold / deviations[c]);
}

template void readInput(const Plan &, const double *, std::vector<float> &);
template void readInput(const Plan &, const double *, std::vector<double> &);
template class RealEncoder<float>;
template class RealEncoder<double>;

} // namespace snn::detail
