//===- RealEncoder: the input of a real network, and the events that it gives ----------------------------------===//
//
// docs/spec/snn.md, "Encode". `T` is float or double.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_REAL_REALENCODER_H
#define SNN_SRC_ENGINE_REAL_REALENCODER_H

#include "runtime/src/engine/steps/InputValues.h"
#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// Raw numbers in row-major order, normalized, in storage order.
template <typename T>
void readInput(const Plan &plan, const double *values, std::vector<T> &input);

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
  const std::vector<T> &getInput() const { return input.now; }

private:
  const Plan &plan;
  const Operation &operation;
  InputValues<T, T> input;
};

} // namespace snn::detail

#endif
