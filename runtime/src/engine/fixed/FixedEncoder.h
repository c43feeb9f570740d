//===- FixedEncoder: the input of an integer network, and the events that it gives -----------------------------===//
//
// docs/spec/fixed-point.md, "Input".
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_FIXED_FIXEDENCODER_H
#define SNN_SRC_ENGINE_FIXED_FIXEDENCODER_H

#include "runtime/src/engine/steps/InputValues.h"
#include "runtime/src/plan/Plan.h"

namespace snn::detail {

class FixedEncoder {
public:
  explicit FixedEncoder(const Plan &plan);

  /// Begins a sample with raw numbers, in row-major order.
  void start(const double *values);
  /// Begins the same one again.
  void restart() { input.restart(); }
  /// The events of time step `t`.
  void encode(uint32_t t, Events<int32_t> &events);
  /// Another input: appends the changes that are sent.
  void change(const double *values, Events<int32_t> &changes);
  /// A change of raw numbers up to it is not sent.
  void setThreshold(double threshold);
  /// Normalized, in storage order.
  const std::vector<int16_t> &getInput() const { return input.now; }

private:
  const Plan &plan;
  const Operation &operation;
  InputValues<int32_t, int16_t> input;

  void read(const double *values, std::vector<int16_t> &target) const;
};

/// What a raw number of 1 is as an integer.
double getRawScale(const FixedInput &form);

} // namespace snn::detail

#endif
