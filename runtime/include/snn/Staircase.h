//===- Staircase: where integer neurons of one operand end ------------------------------------------------===//
//
// A neuron whose sum does not change any more takes its steps towards one number, its target. What it has sent in the end is
// a function of that number: a staircase (docs/spec/fixed-point.md, "Neurons"). Here it stands in plain numbers, one neuron
// at a time: the compiler asks it, and the runtime's vectors are held to it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_STAIRCASE_H
#define SNN_STAIRCASE_H

#include "snn/Functions.h"
#include "snn/fixed.h"
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace snn {

/// What follows from the estimate of a neuron's operand.
enum class TargetForm { Relu, Clip, Abs, Table };

/// Of a function of one operand; nothing where it has no table and is none of the others. `followsRelu` is that of Clip.h.
inline std::optional<TargetForm> getTargetForm(Function function, bool hasTable, bool followsRelu) {
  if (hasTable)
    return TargetForm::Table;
  if (followsRelu)
    return TargetForm::Relu;
  if (function == Function::Clip)
    return TargetForm::Clip;
  if (function == Function::Abs)
    return TargetForm::Abs;
  return std::nullopt;
}

/// One neuron's target. What its form does not need is not looked at.
struct Target {
  TargetForm form = TargetForm::Relu;
  int32_t lower = 0, upper = 0;   ///< of a clip
  const int16_t *table = nullptr; ///< SNN_TABLE_SIZE numbers (FX-F10)
  int32_t gain = 0;               ///< of a table's values; 0: none
  unsigned gainShift = 0;

  /// For an estimate of 16 bits.
  int32_t of(int16_t estimate) const {
    switch (form) {
    case TargetForm::Relu:
      return std::max<int32_t>(estimate, 0);
    case TargetForm::Clip:
      return std::clamp<int32_t>(estimate, lower, upper);
    case TargetForm::Abs:
      return estimate < 0 ? -estimate : estimate;
    case TargetForm::Table:
      break;
    }
    const int16_t value = snn_table(table, estimate);
    return gain != 0 ? snn_requantize(value, gain, gainShift) : value;
  }
};

/// Where a neuron ends whose output is `y` before the first of `steps`, and whose target has `up` fraction bits more.
/// `signOf(error, k)` is what it sends in step k: -1, 0 or 1.
template <typename Steps, typename SignOf>
int32_t climb(int32_t y, unsigned up, int32_t target, const Steps &steps, SignOf signOf) {
  size_t k = 0;
  for (auto step : steps)
    y -= signOf(snn_error(y, up, target), k++) * static_cast<int32_t>(step);
  return y;
}

} // namespace snn

#endif
