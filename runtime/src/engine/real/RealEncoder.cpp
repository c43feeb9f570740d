#include "runtime/src/engine/real/RealEncoder.h"

#include "runtime/src/engine/steps/Signs.h"
#include "runtime/src/engine/update/SentEvents.h"
#include "runtime/src/kernels/Neurons.h"

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
void sendAll(const std::vector<T> &values, Events<T> &events) {
  events.clear();
  events.makeRoom(values.size());
  for (uint32_t i = 0; i < values.size(); ++i)
    if (values[i] != 0)
      events.push(i, values[i]);
}

template <typename T>
RealEncoder<T>::RealEncoder(const Plan &plan)
    : plan(plan), operation(plan.network.operations.front()), input(plan.inputOrder.size()),
      encoded(input.size()) {}

template <typename T>
void RealEncoder<T>::start(const double *values) {
  readInput(plan, values, input);
  std::fill(encoded.begin(), encoded.end(), T{0});
}

template <typename T>
void RealEncoder<T>::encode(uint32_t t, Events<T> &events) {
  events.clear();
  const T eta = static_cast<T>(operation.schedule.stepSize(t));
  if (operation.inputCode == InputCode::Direct && t == 0)
    sendAll(input, events);
  else if (operation.inputCode == InputCode::Float)
    encodeFloat(eta, events);
  else if (operation.inputCode == InputCode::Spike && operation.schedule.isActive(t))
    encodeSpikes(eta, events);
}

template <typename T>
void RealEncoder<T>::encodeFloat(T eta, Events<T> &events) {
  events.makeRoom(input.size());
  for (uint32_t i = 0; i < input.size(); ++i) {
    const T change = -eta * (encoded[i] - input[i]);
    encoded[i] += change;
    if (change != 0)
      events.push(i, change);
  }
}

template <typename T>
void RealEncoder<T>::encodeSpikes(T eta, Events<T> &events) {
  labelSigns(eta, events);
  events.count = fillBits(events.fired, {0, static_cast<uint32_t>(input.size())}, [&](uint32_t i) {
    const bool isAbove = encoded[i] >= input[i];
    encoded[i] += isAbove ? -eta : eta;
    return isAbove;
  });
}

template <typename T>
void RealEncoder<T>::change(const double *values, Events<T> &changes) {
  readInput(plan, values, next);
  listChanges(plan.network.inputShape, next, thresholds, input, changes);
}

/// Of the normalized input: the same of every channel before normalization.
template <typename T>
void RealEncoder<T>::setThreshold(double threshold) {
  const std::vector<double> &deviations = plan.network.std;
  thresholds.assign(plan.network.inputShape[0], static_cast<T>(threshold));
  for (size_t c = 0; c < deviations.size(); ++c)
    thresholds[c] = static_cast<T>(threshold / deviations[c]);
}

template void readInput(const Plan &, const double *, std::vector<float> &);
template void readInput(const Plan &, const double *, std::vector<double> &);
template void sendAll(const std::vector<float> &, Events<float> &);
template void sendAll(const std::vector<double> &, Events<double> &);
template class RealEncoder<float>;
template class RealEncoder<double>;

} // namespace snn::detail
