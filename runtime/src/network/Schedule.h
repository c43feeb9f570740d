//===- Schedule: the step size of a layer in each time step -----------------------------------------===//
#ifndef SNN_SRC_NETWORK_SCHEDULE_H
#define SNN_SRC_NETWORK_SCHEDULE_H

#include <cstdint>

namespace snn::detail {

/// docs/spec/snn.md, "Schedules".
struct Schedule {
  enum class Kind { Exponential, Inverse, Constant, Dyadic };

  Kind kind = Kind::Constant;
  double first = 1, ratio = 1;
  uint32_t repeat = 1, start = 0;
  int32_t steps = -1;

  /// Whether the layer may send in time step `t`.
  bool isActive(uint32_t t) const {
    return t >= start && (steps < 0 || t - start < static_cast<uint32_t>(steps));
  }
  /// eta(t - start); 0 where the layer is silent.
  double stepSize(uint32_t t) const;
};

} // namespace snn::detail

#endif
