//===- Requantize: estimates of integer neurons, by vectors ---------------------------------------------------===//
// Included once for each instruction set, as Highway wants it.
#if defined(SNN_SRC_KERNELS_REQUANTIZE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SNN_SRC_KERNELS_REQUANTIZE_INL_H
#undef SNN_SRC_KERNELS_REQUANTIZE_INL_H
#else
#define SNN_SRC_KERNELS_REQUANTIZE_INL_H
#endif

#include "runtime/src/kernels/Vectors-inl.h"
#include "snn/fixed.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {

/// snn_requantize of `count` sums, of which kIsRelu takes the positive ones: multipliers, which are above 0 (FX-Q6), leave signs
/// as they are. Products of magnitudes have 64 bits, which a
/// shift of 31 or more brings back to 32 before they saturate; after a smaller one they are first made small.
template <bool kIsRelu>
HWY_INLINE void requantizeBlock(const int32_t *sums, const int32_t *multipliers, unsigned shift,
                                uint32_t count, int32_t *estimates) {
  uint32_t i = 0;
#if HWY_TARGET != HWY_SCALAR // which has no wider products
  const Tag<int32_t> tag;
  const hn::RebindToUnsigned<decltype(tag)> bits;
  const hn::RepartitionToWide<decltype(bits)> wide;
  const auto half = hn::Set(wide, uint64_t{1} << shift >> 1);
  const auto max = hn::Set(tag, INT16_MAX);
  const auto large = hn::Set(wide, uint64_t{UINT16_MAX});
  auto scale = [&](auto x, auto m) HWY_ATTR {
    const auto scaled =
        hn::ShiftRightSame(hn::Add(hn::MulEven(x, m), half), static_cast<int>(shift));
    return shift >= 31 ? scaled : hn::Min(scaled, large);
  };
  auto odd = [&](auto x)
                 HWY_ATTR { return hn::BitCast(bits, hn::ShiftRight<32>(hn::BitCast(wide, x))); };
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag)) {
    const auto sum = hn::LoadU(tag, sums + i), multiplier = hn::LoadU(tag, multipliers + i);
    const auto x = hn::BitCast(bits, kIsRelu ? hn::Max(sum, hn::Zero(tag)) : hn::Abs(sum));
    const auto m = hn::BitCast(bits, kIsRelu ? multiplier : hn::Abs(multiplier));
    const auto high = hn::BitCast(bits, hn::ShiftLeft<32>(scale(odd(x), odd(m))));
    const auto magnitude = hn::OddEven(high, hn::BitCast(bits, scale(x, m)));
    if constexpr (kIsRelu) {
      hn::StoreU(hn::BitCast(tag, hn::Min(magnitude, hn::BitCast(bits, max))), tag, estimates + i);
      continue;
    }
    const auto sign = hn::BroadcastSignBit(hn::Xor(sum, multiplier)); // -1 below 0
    const auto limit = hn::Sub(max, sign);
    const auto q = hn::BitCast(tag, hn::Min(magnitude, hn::BitCast(bits, limit)));
    hn::StoreU(hn::Sub(hn::Xor(q, sign), sign), tag, estimates + i);
  }
#endif
  for (; i < count; ++i) {
    const int32_t q = snn_requantize(sums[i], multipliers[i], shift);
    estimates[i] = kIsRelu && q < 0 ? 0 : q;
  }
}

/// snn_estimate of `count` sums, multipliers above 0 and a limit of at most 2^30.
HWY_INLINE void estimateBlock(const int32_t *sums, const int32_t *multipliers, unsigned shift,
                              int32_t limit, uint32_t count, int32_t *estimates) {
  uint32_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const Tag<int32_t> tag;
  const hn::RebindToUnsigned<decltype(tag)> bits;
  const hn::RepartitionToWide<decltype(bits)> wide;
  const auto half = hn::Set(wide, uint64_t{1} << shift >> 1);
  const auto max = hn::Set(wide, static_cast<uint64_t>(limit));
  auto scale = [&](auto x, auto m) HWY_ATTR {
    return hn::Min(hn::ShiftRightSame(hn::Add(hn::MulEven(x, m), half), static_cast<int>(shift)),
                   max);
  };
  auto odd = [&](auto x)
                 HWY_ATTR { return hn::BitCast(bits, hn::ShiftRight<32>(hn::BitCast(wide, x))); };
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag)) {
    const auto sum = hn::LoadU(tag, sums + i);
    const auto x = hn::BitCast(bits, hn::Abs(sum));
    const auto m = hn::BitCast(bits, hn::LoadU(tag, multipliers + i));
    const auto high = hn::BitCast(bits, hn::ShiftLeft<32>(scale(odd(x), odd(m))));
    const auto q = hn::BitCast(tag, hn::OddEven(high, hn::BitCast(bits, scale(x, m))));
    const auto sign = hn::BroadcastSignBit(sum);
    hn::StoreU(hn::Sub(hn::Xor(q, sign), sign), tag, estimates + i);
  }
#endif
  for (; i < count; ++i)
    estimates[i] = snn_estimate(sums[i], multipliers[i], shift, limit);
}

/// `count` numbers, a multiple of a vector, that are not above the bound of each.
HWY_INLINE void limitBlock(const int32_t *upper, uint32_t count, int32_t *numbers) {
  const Tag<int32_t> tag;
  for (uint32_t i = 0; i < count; i += hn::Lanes(tag))
    hn::StoreU(hn::Min(hn::LoadU(tag, numbers + i), hn::LoadU(tag, upper + i)), tag, numbers + i);
}

/// `count` numbers between the bounds of each.
HWY_INLINE void clipBlock(const int32_t *lower, const int32_t *upper, uint32_t count,
                          int32_t *numbers) {
  const Tag<int32_t> tag;
  uint32_t i = 0;
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag))
    hn::StoreU(hn::Min(hn::Max(hn::LoadU(tag, numbers + i), hn::LoadU(tag, lower + i)),
                       hn::LoadU(tag, upper + i)),
               tag, numbers + i);
  for (; i < count; ++i)
    numbers[i] = numbers[i] < lower[i] ? lower[i] : numbers[i] > upper[i] ? upper[i] : numbers[i];
}

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#endif
