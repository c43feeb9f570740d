//===- Fire: one time step of a population of neurons ---------------------------------------------------------===//
//
// Vectorized for every function, by the compiler where it can: the operations on a neuron's numbers are
// those of the scalar form, in their order. Each works on a part of the neurons, all unless told otherwise, which
// begins with a block of kNeuronBlock and ends with one or with the population; what compares writes the bits of
// that part and nothing else of the events, and returns how many there are.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_KERNELS_FIRE_H
#define SNN_SRC_KERNELS_FIRE_H

#include "runtime/src/Neurons.h"

namespace snn::detail::kernels {

/// Gives everyone what is due.
template <typename T>
void raise(const Rise<T> &rise, Range part = {});

/// Sign code: an event, worth -2 eta, where y >= f(x); all others move up by eta. That everything moves
/// is in the receivers' background.
template <typename T>
uint32_t fireSign(Function function, const Neurons<T> &neurons, T eta, Events<T> &events,
                  Range part = {});

/// Ternary code: an event, worth the change of y, where the error exceeds the dead zone.
template <typename T>
uint32_t fireTernary(Function function, const Neurons<T> &neurons, T eta, T deadZone,
                     Events<T> &events, Range part = {});

// ---- Integers (docs/spec/fixed-point.md) ----

/// Estimates of an operand from its accumulators (F3), one multiplier per neuron.
void requantize(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                int32_t *estimates, Range part = {});

/// 16-bit estimates take in the currents of a step (F5), likewise.
void charge(const int32_t *currents, const Repeated<int32_t> &multipliers, unsigned shift,
            int16_t *estimates, Range part = {});

/// Neurons and what they compare with, which has `up` more fraction bits (F7).
struct FixedNeurons {
  int32_t *targets; ///< null: found from `sums`, and not kept
  int32_t *y;
  uint32_t count;
  unsigned up;
  int32_t step;
  /// Targets are found first: ReLU of the estimates that `sums` are. Null: they are there.
  const int32_t *sums = nullptr;
  const Repeated<int32_t> *multipliers = nullptr;
  unsigned shift = 0;
  std::span<const Rise<int32_t>> rises = {};
};

/// The codes (F8); events are worth what they are in the real form.
uint32_t fireSign(const FixedNeurons &neurons, bool tieIsAbove, Events<int32_t> &events,
                  Range part = {});
uint32_t fireTernary(const FixedNeurons &neurons, int32_t zone, Events<int32_t> &events,
                     Range part = {});

} // namespace snn::detail::kernels

#endif
