//===- Fire: a population of neurons compares -----------------------------------------------------------------===//
//
// Vectorized for every function, by the compiler where it can: the operations on a neuron's numbers are
// those of the scalar form, in their order. Each works on a part of the neurons, all unless told otherwise, which
// begins with a block of kNeuronBlock and ends with one or with the population; what compares writes the bits of
// that part and nothing else of the events.
//
// Time steps in which nothing new arrives are done together: a block of neurons goes through all of them while
// it is in the first-level cache.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_FIRE_H
#define SNN_SRC_KERNELS_FIRE_H

#include "runtime/src/kernels/Neurons.h"

namespace snn::detail::kernels {

/// Gives everyone what is due.
template <typename T>
void raise(const Rise<T> &rise, Range part = {});

/// Sign code: an event, worth -2 steps, where y >= f(x); all others move up by a step. That everything moves
/// is in the receivers' background. What rises does so before the first comparison.
template <typename T>
void fireSign(Function function, const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
              Range part = {});

/// Ternary code: an event, worth the change of y, where the error exceeds the dead zone.
template <typename T>
void fireTernary(Function function, const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
                 Range part = {});

// ---- Integers (docs/spec/fixed-point.md) ----

/// Estimates of an operand from its accumulators (FX-F3), one multiplier per neuron.
void requantize(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                int32_t *estimates, Range part = {});

struct Passed {
  uint64_t changed = 0; ///< sums that are not where they started
  uint64_t nonzero = 0; ///< changes that are not 0
};
/// How much the rounded values (FX-F14) of sums have changed since these were at `starts`.
Passed passRounded(const int32_t *sums, const Repeated<int32_t> &starts, const int32_t *multipliers,
                   unsigned shift, int32_t limit, int32_t *changes);

/// What of some numbers is between two bounds, which are those of the neurons.
void clip(const Repeated<int32_t> &lower, const Repeated<int32_t> &upper, int32_t *numbers,
          Range part = {});

/// 16-bit estimates take in the currents of a step (FX-F5), likewise.
void charge(const int32_t *currents, const Repeated<int32_t> &multipliers, unsigned shift,
            int16_t *estimates, Range part = {});

/// Neurons and what they compare with, which has `up` more fraction bits (FX-F7).
struct FixedNeurons {
  int32_t *y;
  uint32_t count;
  unsigned up;
  /// f, or null: ReLU of the estimates that `sums` are, which rise first.
  const int32_t *targets;
  const int32_t *sums = nullptr;
  const Repeated<int32_t> *multipliers = nullptr;
  unsigned shift = 0;
  std::span<const Rise<int32_t>> rises = {};
};

/// The codes (FX-F8); events are worth what they are in the real form.
void fireSign(const FixedNeurons &neurons, bool tieIsAbove,
              std::span<Comparison<int32_t>> comparisons, Range part = {});
void fireTernary(const FixedNeurons &neurons, std::span<Comparison<int32_t>> comparisons,
                 Range part = {});

} // namespace snn::detail::kernels

#endif
