//===- FinalInputs: final numbers as the kernels take them ---------------------------------------------------------===//
#ifndef SNN_SRC_ENGINE_SETTLED_FINALINPUTS_H
#define SNN_SRC_ENGINE_SETTLED_FINALINPUTS_H

#include "runtime/src/engine/settled/SettledPlan.h"
#include "runtime/src/kernels/Convolution.h"

namespace snn::detail {

/// What a byte is above its number, where the number may be below 0.
inline constexpr uint8_t kMiddle = 128;

/// The final numbers of a stream, in storage order.
struct FinalValues {
  Store store = Store::None;
  const int16_t *input = nullptr; ///< the encoder's
  uint8_t zero = kMiddle;         ///< a byte of 0
  Aligned<uint8_t> bytes;         ///< with four more, which the kernels read
  Aligned<int16_t> shorts;
  Aligned<int32_t> sums;
  Aligned<uint8_t> events; ///< of a population: how many each neuron sent
  uint64_t size = 0;
  uint64_t nonzero = 0;    ///< how many are not 0
  uint64_t eventCount = 0; ///< of all neurons
  bool hasEvents = false;  ///< whether its events are in the state, and `events` is not filled

  void reserve(Store store, uint64_t size);
  /// A few of them in 32 bits.
  void widen(Range elements, int32_t *to) const;
};

/// What one delivery takes, made ready for a part of the outputs.
class FinalInputs {
public:
  /// For some outputs of a delivery: the inputs that they reach.
  void prepare(const Delivery<int32_t> &delivery, const FinalValues &values, Range part);

  /// Adds what they give to some of those outputs.
  Way deliver(const Delivery<int32_t> &delivery, const FinalValues &values, Range part,
              Events<int32_t> &list, Scratch<int32_t> &scratch, int32_t *accumulator) const;

private:
  static constexpr uint32_t kPlanes = 4;

  uint32_t planes = 0; ///< of bytes, which together are the numbers; 0: `shorts` or `wide` has them
  uint32_t width = 0;  ///< of a plane
  uint8_t zero = kMiddle;                    ///< a byte of 0 in it
  const uint8_t *direct = nullptr;           ///< the one plane is the stream itself
  Aligned<uint8_t> bytes[kPlanes];           ///< the n-th in units of 256^n, with a border
  kernels::ShortPlane plane{nullptr, 0};     ///< of shorts, the numbers or their low halves
  kernels::ShortPlane highPlane{nullptr, 0}; ///< of sums: the high ones, where they are needed
  Aligned<int16_t> shorts, highShorts;       ///< of them, where they are not the stream itself
  Aligned<int32_t> wide;                     ///< the numbers themselves, in storage order
  const int32_t *all = nullptr;              ///< those, or the stream

  bool prepareShorts(const Delivery<int32_t> &delivery, const FinalValues &values, Range part);
  void prepareHalves(const Delivery<int32_t> &delivery, const FinalValues &values, Range part);
  void preparePlanes(const Delivery<int32_t> &delivery, const FinalValues &values, Range part);
};

} // namespace snn::detail

#endif
