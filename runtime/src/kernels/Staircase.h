//===- Staircase: all steps of neurons whose estimates are final ----------------------------------------------===//
//
// Populations of ternary neurons as vectors: what snn/Staircase.h says of each, and how many events it sends on the way.
// Distances from targets have 16 bits.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_STAIRCASE_H
#define SNN_SRC_KERNELS_STAIRCASE_H

#include "runtime/src/support/Repeated.h"
#include "snn/Staircase.h"
#include <cstdint>
#include <optional>
#include <vector>

namespace snn::detail::kernels {

/// A population of integer neurons of one operand (docs/spec/fixed-point.md), which start at 0.
struct Staircase {
  TargetForm form = TargetForm::Relu;
  unsigned shift = 0;                             ///< of estimates (F3)
  const Repeated<int32_t> *multipliers = nullptr; ///< likewise
  const int16_t *table = nullptr;                 ///< of SNN_TABLE_SIZE values (F10)
  const Repeated<int32_t> *gains = nullptr;       ///< of a table; null: none
  unsigned gainShift = 0;
  const Repeated<int32_t> *lower = nullptr, *upper = nullptr; ///< of a clip
  bool isFromZero = false; ///< a clip whose lower bounds are all 0, once there are steps
  unsigned up = 0;         ///< fraction bits of f more than of y
  /// In the unit of f; the zones are those of the steps.
  std::vector<int16_t> steps, zones;

  /// Steps are numbers of y, zones of f. Nothing where distances do not fit in 16 bits, or there are more steps than 64.
  bool setSteps(const std::vector<int32_t> &sizes, const std::vector<int32_t> &deadZones);

  /// Whether no y is ever below 0, once there are steps.
  bool isNeverNegative() const;
};

/// What some neurons did.
struct Climb {
  uint64_t active = 0;  ///< a bit for each step in which one of them sent an event
  uint64_t nonzero = 0; ///< neurons that did not end at 0

  void add(const Climb &part) {
    active |= part.active;
    nonzero += part.nonzero;
  }
};

/// The `count` neurons from `first` on, a multiple of kNeuronBlock. `sums` are what the accumulators of these hold,
/// `values` get y, in the form of bytes so much higher as `zero` says, and `events` how many events each sent. Whole blocks of sums are read.
template <typename V>
Climb climb(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
            V *values, uint8_t *events, uint8_t zero = 0);

/// The sum of `count` bytes.
uint64_t sumBytes(const uint8_t *bytes, size_t count);

} // namespace snn::detail::kernels

#endif
