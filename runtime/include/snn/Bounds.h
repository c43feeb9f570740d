//===- Bounds: what sums of integer networks stay within -------------------------------------------------===//
//
// Constraint FX-Q4 of docs/spec/fixed-point.md, and what follows from it (FX-Q13, FX-Q14): every source has a reach, the
// largest magnitude that what it has sent adds up to, and no sum exceeds what it starts at plus weights times reaches.
// Compiler and runtime prove it of networks in different forms, from the same numbers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_BOUNDS_H
#define SNN_BOUNDS_H

#include "snn/fixed.h"
#include <cmath>
#include <cstdint>

namespace snn {

/// The largest magnitude of a sum: 32 bits with a sign.
inline constexpr double kLargestSum = 2147483647.0;
/// Likewise, where it may go from one end to the other in a time step: of what is multiplied or rounded, and in updates.
inline constexpr double kLargestJump = 1073741823.0;

/// The reach of an input that is sent as a number: of the encoding of bytes, or of signed integers of 16 bits.
inline double getInputReach(bool isByte, int32_t multiplier, int32_t offset, unsigned shift) {
  double min = snn_encode(isByte ? 0 : -32768, multiplier, offset, shift);
  double max = snn_encode(isByte ? 255 : 32767, multiplier, offset, shift);
  return std::fmax(std::fabs(min), std::fabs(max));
}

/// The reach of what is sent in steps, all of them in one direction.
template <typename Steps>
double getStepsReach(const Steps &steps) {
  double reach = 0;
  for (auto step : steps)
    reach += static_cast<double>(step);
  return reach;
}

} // namespace snn

#endif
