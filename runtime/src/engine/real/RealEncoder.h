//===- RealEncoder: the input of a real network, and the events that it gives ----------------------------------===//
//
// docs/spec/snn.md, "Encode". `T` is float or double.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_REALENCODER_H
#define SNN_SRC_ENGINE_REAL_REALENCODER_H

#include "runtime/src/kernels/Events.h"
#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// Raw numbers in row-major order, normalized, in storage order.
template <typename T>
void readInput(const Plan &plan, const double *values, std::vector<T> &input);

/// All that are not 0, as graded events.
template <typename T>
void sendAll(const std::vector<T> &values, Events<T> &events);

template <typename T>
class RealEncoder {
public:
  explicit RealEncoder(const Plan &plan);

  /// Begins a sample with raw numbers, in row-major order.
  void start(const double *values);
  /// The events of time step `t`.
  void encode(uint32_t t, Events<T> &events);
  /// Another input: appends the changes that are sent.
  void change(const double *values, Events<T> &changes);
  /// A change of raw numbers up to it is not sent.
  void setThreshold(double threshold);
  /// Normalized, in storage order.
  const std::vector<T> &getInput() const { return input; }

private:
  const Plan &plan;
  const Operation &operation;
  std::vector<T> input;
  std::vector<T> encoded;    ///< what the events so far add up to
  std::vector<T> next;       ///< of an update
  std::vector<T> thresholds; ///< by channel: the largest change that is not sent

  void encodeFloat(T eta, Events<T> &events);
  void encodeSpikes(T eta, Events<T> &events);
};

} // namespace snn::detail

#endif
