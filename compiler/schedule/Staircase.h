//===- Staircase: what a neuron ends at ---------------------------------------------------------------===//
//
// Of a population in the exec dialect what snn/Staircase.h says of a neuron: where it ends, over all estimates.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_STAIRCASE_H
#define SNNC_COMPILER_SCHEDULE_STAIRCASE_H

#include "dialects/exec/Exec.h"
#include "snn/Staircase.h"
#include <array>
#include <optional>

namespace snnc::exec {

/// Whether the neurons of a population send what a relu of the same estimates sends, but in updates: it is one, or a clip from 0
/// on whose upper bound no output comes near.
bool followsRelu(FireOp fire);

/// Of a population of one operand (relu, abs, a clip, or a function by its table). Of a clip whose neurons have different
/// bounds, that between the outermost ones.
class Staircase {
public:
  explicit Staircase(FireOp fire);
  Staircase(const Staircase &) = delete; // the target points into the table
  Staircase &operator=(const Staircase &) = delete;

  /// What a neuron whose output starts at `initial` has sent in the end, for an estimate of 16 bits and a gain of its
  /// function (0: none).
  int32_t climb(int16_t estimate, int32_t initial, int32_t gain) const;

  /// The least and the greatest end there is, over all estimates.
  std::array<int64_t, 2> getRange(int32_t initial, int32_t gain) const;

  /// The closed form of FireOp's `closed`, checked for every estimate; nothing where no such form gives what the steps give.
  /// `reach`: what the sums stay within.
  std::optional<std::vector<int64_t>> getClosedForm(int64_t reach) const;

  /// The same for FireOp's `periodic`, of the shortest period.
  std::optional<std::vector<int64_t>> getPeriodicForm(int64_t reach) const;

private:
  static constexpr int32_t kMin = INT16_MIN, kMax = INT16_MAX;

  snn::FixedNeuronAttr form;
  bool isTernary, tieAbove;
  bool risesFromZero; ///< all neurons end at 0 below an estimate of 0, and alike above it
  std::vector<int16_t> table;
  ::snn::Target target; ///< but for the gain
  /// With h of 32 bits of the product and 2^left x: `left`, and the bits that h has more than the estimate. Nothing where
  /// neurons have no such forms.
  std::optional<std::array<int64_t, 2>> getShifts(int64_t reach) const;
  /// By estimates of 0 and more.
  std::vector<int32_t> getEnds() const;
};

} // namespace snnc::exec

#endif
