//===- Blocks of neurons, and the bits that they send ---------------------------------------------------------===//
// Included once for each instruction set, as Highway wants it.
#if defined(SNN_SRC_KERNELS_FIRE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SNN_SRC_KERNELS_FIRE_INL_H
#undef SNN_SRC_KERNELS_FIRE_INL_H
#else
#define SNN_SRC_KERNELS_FIRE_INL_H
#endif

#include "runtime/src/kernels/Neurons.h"
#include "runtime/src/kernels/Vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {

constexpr uint32_t kBlock = kNeuronBlock; ///< neurons at a time: a word of bits

/// What a block sends.
struct Bits {
  uint64_t fired = 0, negative = 0; ///< negative: where y goes down
};

/// A bit for each lane, the first one lowest.
template <class D, class Mask>
HWY_INLINE uint64_t maskBits(D tag, Mask mask) {
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(tag, mask, bytes);
  uint64_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

/// The bits of 64 sides: 1 above what a neuron compares with, -1 below it, 0 without an event.
template <typename I>
HWY_INLINE Bits toBits(const I *sides) {
  const Tag<I> tag;
  const uint32_t lanes = hn::Lanes(tag);
  const auto zero = hn::Zero(tag);
  Bits bits;
  for (uint32_t i = 0; i < kBlock; i += lanes) {
    const auto side = hn::LoadU(tag, sides + i);
    bits.fired |= maskBits(tag, hn::Ne(side, zero)) << i;
    bits.negative |= maskBits(tag, hn::Gt(side, zero)) << i;
  }
  return bits;
}

template <typename T>
HWY_INLINE void setBits(const Bits &bits, uint32_t first, Comparison<T> &comparison) {
  Events<T> &events = *comparison.events;
  events.fired[first / kBlock] = bits.fired;
  if (!events.negative.empty())
    events.negative[first / kBlock] = bits.negative;
  comparison.sent += static_cast<uint32_t>(__builtin_popcountll(bits.fired));
}

template <typename T>
HWY_INLINE void raiseBlock(const Rise<T> &rise, size_t first, size_t count) {
  T *HWY_RESTRICT estimates = rise.estimates + first;
  const T *HWY_RESTRICT background = rise.background->from(first);
  const T stepSize = rise.stepSize;
  if (count == kBlock)
    for (uint32_t i = 0; i < kBlock; ++i)
      estimates[i] += stepSize * background[i];
  else
    for (uint32_t i = 0; i < count; ++i)
      estimates[i] += stepSize * background[i];
}

/// For the whole blocks of ReLU neurons in a part, whose estimates stay in registers from the rise to the comparison: calls
/// `step(comparison, first, rises)`, which gives the bits, where `rises` is a constant that says how many of
/// them are still to be added.
template <typename T, typename Population, typename Step>
HWY_INLINE Range forReluBlocks(const Population &neurons, std::span<Comparison<T>> comparisons,
                               Range part, Step step) {
  using std::integral_constant;
  const size_t rises = neurons.rises.size();
  const uint32_t end = part.endOf(neurons.count), whole = end - (end - part.begin) % kBlock;
  for (uint32_t first = part.begin; first < whole; first += kBlock) {
    if (rises > 2 || comparisons.empty())
      for (const Rise<T> &rise : neurons.rises)
        raiseBlock(rise, first, kBlock);
    bool isFirst = true;
    for (Comparison<T> &comparison : comparisons) {
      const Bits bits =
          isFirst && rises == 1   ? step(comparison, first, integral_constant<size_t, 1>())
          : isFirst && rises == 2 ? step(comparison, first, integral_constant<size_t, 2>())
                                  : step(comparison, first, integral_constant<size_t, 0>());
      setBits(bits, first, comparison);
      isFirst = false;
    }
  }
  return {whole, end};
}

/// The estimates of a block, which rise when they are loaded.
template <size_t kRises, typename T>
class Rising {
public:
  HWY_INLINE Rising(std::span<const Rise<T>> rises, const T *all, uint32_t first)
      : estimates(all + first), raised(kRises > 0 ? rises[0].estimates + first : nullptr) {
    for (size_t r = 0; r < kRises; ++r) {
      background[r] = rises[r].background->from(first);
      stepSize[r] = rises[r].stepSize;
    }
  }

  HWY_INLINE Vector<T> load(uint32_t i) const {
    const Tag<T> tag;
    auto x = hn::LoadU(tag, estimates + i);
    for (size_t r = 0; r < kRises; ++r)
      x = hn::Add(x, hn::Mul(hn::Set(tag, stepSize[r]), hn::LoadU(tag, background[r] + i)));
    if constexpr (kRises > 0)
      hn::StoreU(x, tag, raised + i);
    return x;
  }

private:
  const T *estimates;
  T *raised; ///< the same
  const T *background[kRises + 1];
  T stepSize[kRises + 1];
};

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#endif
