//===- Clip: integers between two bounds, and when these are a ReLU's -------------------------------------===//
//
// A neuron that takes no step down from above a bound does not see it: whatever lies beyond, it takes all steps up. Where
// that holds of all neurons of a population, and they have 0 below, they send what a ReLU sends, event by event, and run as
// one (docs/spec/fixed-point.md, "Neurons"). Compiler and runtime ask the same question.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_CLIP_H
#define SNN_CLIP_H

#include "snn/Functions.h"
#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace snn {

/// Whether neurons that strive for at least `bound` take each of their steps up, from `start` on. Steps count as outputs do,
/// zones (none of the sign code) and the bound in `up` fraction bits more.
template <typename Steps, typename Zones>
bool isOutOfReach(int64_t bound, int64_t start, unsigned up, const Steps &steps,
                  const Zones &zones) {
  int64_t y = start;
  size_t k = 0;
  for (auto step : steps) {
    const int64_t zone = k < static_cast<size_t>(zones.size()) ? zones[k] : 0;
    if (y * (int64_t{1} << up) - bound >= -zone)
      return false;
    y += step;
    ++k;
  }
  return true;
}

/// Whether neurons send what a ReLU of the same estimates sends: they follow it, or a clip from 0 on whose upper bounds are out
/// of reach of all that start at one of `initial` (0 where there are none). `lower` and `upper` are the bounds of all neurons,
/// and empty for what is no clip between integers. Updates start anywhere, and are not asked for.
template <typename Numbers, typename Steps, typename Zones>
bool followsRelu(Function function, const Numbers &lower, const Numbers &upper,
                 const Numbers &initial, unsigned up, const Steps &steps, const Zones &zones) {
  if (function != Function::Clip || lower.empty())
    return function == Function::Relu;
  if (std::any_of(lower.begin(), lower.end(), [](auto bound) { return bound != 0; }))
    return false;
  int64_t start = 0;
  for (auto y : initial)
    start = std::max(start, static_cast<int64_t>(y));
  return isOutOfReach(static_cast<int64_t>(*std::min_element(upper.begin(), upper.end())), start,
                      up, steps, zones);
}

} // namespace snn

#endif
