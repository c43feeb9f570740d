#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Targets.h"
#include "snn/fixed.h"
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Fire.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr uint32_t kBlock = kNeuronBlock; ///< neurons at a time: a word of bits

/// A bit for each lane, the first one lowest.
template <class D, class Mask>
HWY_INLINE uint64_t maskBits(D tag, Mask mask) {
  uint8_t bytes[8] = {};
  hn::StoreMaskBits(tag, mask, bytes);
  uint64_t bits;
  std::memcpy(&bits, bytes, sizeof(bits));
  return bits;
}

/// A bit for each of 64 integers that is not 0 (or, with `kIsPositive`, above 0).
template <bool kIsPositive, typename I>
HWY_INLINE uint64_t toBits(const I *numbers) {
  const hn::ScalableTag<I> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint64_t word = 0;
  for (uint32_t i = 0; i < kBlock; i += lanes) {
    const auto value = hn::LoadU(tag, numbers + i);
    const auto mask = kIsPositive ? hn::Gt(value, hn::Zero(tag)) : hn::Ne(value, hn::Zero(tag));
    word |= maskBits(tag, mask) << i;
  }
  return word;
}

/// Estimates of a block are y times its range, or times 1.
template <typename T>
const T *rangeOf(const Neurons<T> &neurons, uint32_t first) {
  alignas(64) static constexpr auto kOnes = [] {
    std::array<T, kBlock> ones{};
    ones.fill(T{1});
    return ones;
  }();
  return neurons.range ? neurons.range->from(first) : kOnes.data();
}

/// Sides of the neurons `first` to `first + count`: 1 above f(x), 0 below; they move.
template <typename F, typename T, typename I>
HWY_INLINE void stepSign(const Neurons<T> &neurons, uint32_t first, uint32_t count, T eta,
                         I *HWY_RESTRICT sides) {
  const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
  const T *range = rangeOf(neurons, first);
  T *HWY_RESTRICT y = neurons.y + first;
  for (uint32_t i = 0; i < count; ++i) {
    const T operands[2] = {x[i], z[i]};
    const T error = getError<F>(range[i] * y[i], operands, neurons.parameters);
    const bool above = F::kTieIsAbove ? error >= 0 : error > 0;
    y[i] += above ? -eta : eta;
    sides[i] = above;
  }
}

/// Sides: 1 above the dead zone, -1 below it, 0 within.
template <typename F, typename T, typename I>
HWY_INLINE void stepTernary(const Neurons<T> &neurons, uint32_t first, uint32_t count, T eta,
                            T deadZone, I *HWY_RESTRICT sides) {
  const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
  const T *range = rangeOf(neurons, first);
  T *HWY_RESTRICT y = neurons.y + first;
  const T scaled = deadZone * eta;
  for (uint32_t i = 0; i < count; ++i) {
    const T operands[2] = {x[i], z[i]};
    const I side = getSide<F>(range[i] * y[i], scaled * range[i], operands, neurons.parameters);
    y[i] += side == 0 ? T{0} : side > 0 ? -eta : eta;
    sides[i] = side;
  }
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

template <typename T>
void raiseAll(const Rise<T> &rise, Range part) {
  const uint32_t end = part.endOf(rise.background->size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    raiseBlock(rise, first, std::min(kBlock, end - first));
}

/// Calls `step(first, count, sides)` for blocks of 64 neurons, and makes bits of the sides: returns how many.
template <typename T, typename Population, typename Step>
HWY_INLINE uint32_t forBlocks(const Population &neurons, Events<T> &events, Range part, Step step) {
  using I = hwy::MakeSigned<T>;
  uint32_t total = 0;
  I sides[kBlock] = {};
  const uint32_t end = part.endOf(neurons.count);
  for (uint32_t first = part.begin; first < end; first += kBlock) {
    for (const Rise<T> &rise : neurons.rises)
      raiseBlock(rise, first, std::min(kBlock, end - first));
    if (first + kBlock <= end) {
      step(first, kBlock, sides);
    } else {
      std::fill(sides, sides + kBlock, I{0});
      step(first, end - first, sides);
    }
    const uint64_t fired = toBits<false>(sides);
    events.fired[first / kBlock] = fired;
    if (!events.negative.empty())
      events.negative[first / kBlock] = toBits<true>(sides); // above: the change is -eta
    total += static_cast<uint32_t>(__builtin_popcountll(fired));
  }
  return total;
}

/// The bits of kBlock neurons that follow ReLU, from the masks of the comparisons: the operations of raiseBlock and
/// stepSign, on estimates that stay in registers between them.
template <size_t kRises, typename T>
HWY_INLINE uint64_t stepRelu(const Neurons<T> &neurons, uint32_t first, T eta) {
  const hn::ScalableTag<T> tag;
  constexpr uint32_t kLanes = hn::MaxLanes(tag);
  const auto zero = hn::Zero(tag), down = hn::Set(tag, -eta), up = hn::Set(tag, eta);
  T *estimates = neurons.rises[0].estimates + first, *y = neurons.y + first;
  const T *range = rangeOf(neurons, first), *background[kRises];
  for (size_t r = 0; r < kRises; ++r)
    background[r] = neurons.rises[r].background->from(first);
  uint64_t word = 0;
  for (uint32_t i = 0; i < kBlock; i += kLanes) {
    auto x = hn::LoadU(tag, estimates + i);
    for (size_t r = 0; r < kRises; ++r)
      x = hn::Add(
          x, hn::Mul(hn::Set(tag, neurons.rises[r].stepSize), hn::LoadU(tag, background[r] + i)));
    hn::StoreU(x, tag, estimates + i);
    const auto before = hn::LoadU(tag, y + i);
    const auto target = hn::IfThenElse(hn::Gt(x, zero), x, hn::Mul(x, zero));
    const auto above = hn::Ge(hn::Sub(hn::Mul(hn::LoadU(tag, range + i), before), target), zero);
    hn::StoreU(hn::Add(before, hn::IfThenElse(above, down, up)), tag, y + i);
    word |= maskBits(tag, above) << i;
  }
  return word;
}

/// Whole blocks of such neurons.
template <size_t kRises, typename T>
HWY_NOINLINE uint32_t fireRelu(const Neurons<T> &neurons, T eta, Events<T> &events, Range blocks) {
  uint32_t total = 0;
  for (uint32_t first = blocks.begin; first < blocks.end; first += kBlock) {
    const uint64_t fired = stepRelu<kRises>(neurons, first, eta);
    events.fired[first / kBlock] = fired;
    total += static_cast<uint32_t>(__builtin_popcountll(fired));
  }
  return total;
}

template <typename F, typename T>
HWY_NOINLINE uint32_t fireSignOf(const Neurons<T> &neurons, T eta, Events<T> &events, Range part) {
  uint32_t total = 0;
  if constexpr (std::is_base_of_v<
                    Relu, F>) { // the most frequent populations: of one layer, and of a sum of two
    const uint32_t end = part.endOf(neurons.count), whole = end - (end - part.begin) % kBlock;
    const size_t rises = neurons.rises.size();
    if (rises == 1 || rises == 2) {
      total = rises == 1 ? fireRelu<1>(neurons, eta, events, {part.begin, whole})
                         : fireRelu<2>(neurons, eta, events, {part.begin, whole});
      part.begin = whole;
    }
  }
  return total + forBlocks(neurons, events, part,
                           [&](uint32_t first, uint32_t count, auto *sides)
                               HWY_ATTR { stepSign<F>(neurons, first, count, eta, sides); });
}

template <typename F, typename T>
HWY_NOINLINE uint32_t fireTernaryOf(const Neurons<T> &neurons, T eta, T deadZone, Events<T> &events,
                                    Range part) {
  return forBlocks(neurons, events, part,
                   [&](uint32_t first, uint32_t count, auto *sides)
                       HWY_ATTR { stepTernary<F>(neurons, first, count, eta, deadZone, sides); });
}

/// Functions of the mathematical library are compiled once: for the instruction set that everyone has.
template <typename F>
constexpr bool kIsHere = F::kIsArithmetic || HWY_ONCE;

/// snn_requantize of `count` sums, of which kIsRelu takes the positive ones. Of shifts of at least 31 products
/// of magnitudes are small enough to go back to 32 bits before they saturate.
template <bool kIsRelu>
HWY_INLINE void requantizeBlock(const int32_t *sums, const int32_t *multipliers, unsigned shift,
                                uint32_t count, int32_t *estimates) {
  uint32_t i = 0;
#if HWY_TARGET != HWY_SCALAR // which has no wider products
  const hn::ScalableTag<int32_t> tag;
  const hn::RebindToUnsigned<decltype(tag)> bits;
  const hn::RepartitionToWide<decltype(bits)> wide;
  const auto half = hn::Set(wide, uint64_t{1} << shift >> 1);
  const auto most = hn::Set(tag, INT16_MAX);
  auto scale = [&](auto x, auto m) HWY_ATTR {
    return hn::ShiftRightSame(hn::Add(hn::MulEven(x, m), half), static_cast<int>(shift));
  };
  auto odd = [&](auto x)
                 HWY_ATTR { return hn::BitCast(bits, hn::ShiftRight<32>(hn::BitCast(wide, x))); };
  for (; shift >= 31 && i + hn::Lanes(tag) <= count; i += hn::Lanes(tag)) {
    const auto sum = hn::LoadU(tag, sums + i), multiplier = hn::LoadU(tag, multipliers + i);
    const auto x = hn::BitCast(bits, hn::Abs(sum)), m = hn::BitCast(bits, hn::Abs(multiplier));
    const auto high = hn::BitCast(bits, hn::ShiftLeft<32>(scale(odd(x), odd(m))));
    const auto magnitude = hn::OddEven(high, hn::BitCast(bits, scale(x, m)));
    const auto sign = hn::BroadcastSignBit(hn::Xor(sum, multiplier)); // -1 below 0
    const auto limit = kIsRelu ? most : hn::Sub(most, sign);
    const auto q = hn::BitCast(tag, hn::Min(magnitude, hn::BitCast(bits, limit)));
    hn::StoreU(kIsRelu ? hn::AndNot(sign, q) : hn::Sub(hn::Xor(q, sign), sign), tag, estimates + i);
  }
#endif
  for (; i < count; ++i) {
    const int32_t q = snn_requantize(sums[i], multipliers[i], shift);
    estimates[i] = kIsRelu ? std::max(q, 0) : q;
  }
}

void requantizeAll(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                   int32_t *estimates, Range part) {
  const uint32_t end = part.endOf(multipliers.size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    requantizeBlock<false>(sums + first, multipliers.from(first), shift,
                           std::min(kBlock, end - first), estimates + first);
}

/// Calls `step(targets, y, count, sides)` for blocks of neurons, whose targets it finds.
template <typename Step>
HWY_INLINE uint32_t forFixedBlocks(const FixedNeurons &neurons, Events<int32_t> &events, Range part,
                                   Step step) {
  int32_t unkept[kBlock];
  return forBlocks(neurons, events, part,
                   [&](uint32_t first, uint32_t count, int32_t *HWY_RESTRICT sides) HWY_ATTR {
                     int32_t *targets = neurons.targets ? neurons.targets + first : unkept;
                     if (neurons.sums)
                       requantizeBlock<true>(neurons.sums + first, neurons.multipliers->from(first),
                                             neurons.shift, count, targets);
                     step(targets, neurons.y + first, count, sides);
                   });
}

HWY_INLINE void chargeBlock(const int32_t *HWY_RESTRICT currents,
                            const int32_t *HWY_RESTRICT multipliers, unsigned shift, uint32_t count,
                            int16_t *HWY_RESTRICT estimates) {
  for (uint32_t i = 0; i < count; ++i)
    estimates[i] = snn_charge(estimates[i], currents[i], multipliers[i], shift);
}

void chargeAll(const int32_t *currents, const Repeated<int32_t> &multipliers, unsigned shift,
               int16_t *estimates, Range part) {
  const uint32_t end = part.endOf(multipliers.size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    chargeBlock(currents + first, multipliers.from(first), shift, std::min(kBlock, end - first),
                estimates + first);
}

uint32_t fireFixedSign(const FixedNeurons &neurons, bool tieIsAbove, Events<int32_t> &events,
                       Range part) {
  const int32_t step = neurons.step;
  const unsigned up = neurons.up;
  return forFixedBlocks(neurons, events, part,
                        [&](const int32_t *targets, int32_t *HWY_RESTRICT y, uint32_t count,
                            int32_t *HWY_RESTRICT sides) HWY_ATTR {
                          for (uint32_t i = 0; i < count; ++i) {
                            const bool isAbove =
                                snn_sign(snn_error(y[i], up, targets[i]), tieIsAbove) > 0;
                            y[i] += isAbove ? -step : step;
                            sides[i] = isAbove;
                          }
                        });
}

uint32_t fireFixedTernary(const FixedNeurons &neurons, int32_t zone, Events<int32_t> &events,
                          Range part) {
  const int32_t step = neurons.step;
  const unsigned up = neurons.up;
  return forFixedBlocks(neurons, events, part,
                        [&](const int32_t *targets, int32_t *HWY_RESTRICT y, uint32_t count,
                            int32_t *HWY_RESTRICT sides) HWY_ATTR {
                          for (uint32_t i = 0; i < count; ++i) {
                            const int32_t side = snn_ternary(snn_error(y[i], up, targets[i]), zone);
                            y[i] -= side * step;
                            sides[i] = side;
                          }
                        });
}

#define SNN_KERNELS(T, Suffix)                                                                     \
  void raise##Suffix(const Rise<T> &rise, Range part) { raiseAll(rise, part); }                    \
  uint32_t fireSign##Suffix(Function function, const Neurons<T> &neurons, T eta,                   \
                            Events<T> &events, Range part) {                                       \
    uint32_t sent = 0;                                                                             \
    withFunction(function, [&](auto entry) HWY_ATTR {                                              \
      if constexpr (kIsHere<decltype(entry)>)                                                      \
        sent = fireSignOf<decltype(entry)>(neurons, eta, events, part);                            \
    });                                                                                            \
    return sent;                                                                                   \
  }                                                                                                \
  uint32_t fireTernary##Suffix(Function function, const Neurons<T> &neurons, T eta, T deadZone,    \
                               Events<T> &events, Range part) {                                    \
    uint32_t sent = 0;                                                                             \
    withFunction(function, [&](auto entry) HWY_ATTR {                                              \
      if constexpr (kIsHere<decltype(entry)>)                                                      \
        sent = fireTernaryOf<decltype(entry)>(neurons, eta, deadZone, events, part);               \
    });                                                                                            \
    return sent;                                                                                   \
  }
SNN_KERNELS(float, F32)
SNN_KERNELS(double, F64)
#undef SNN_KERNELS
void raiseI32(const Rise<int32_t> &rise, Range part) { raiseAll(rise, part); }

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

namespace {
bool isArithmetic(Function function) {
  return withFunction(function, [](auto entry) { return decltype(entry)::kIsArithmetic; });
}
} // namespace

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(raise##Suffix);                                                                       \
  template <>                                                                                      \
  void raise(const Rise<T> &rise, Range part) {                                                    \
    HWY_DYNAMIC_DISPATCH(raise##Suffix)(rise, part);                                               \
  }
SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
SNN_DISPATCH(int32_t, I32)
#undef SNN_DISPATCH

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(fireSign##Suffix);                                                                    \
  HWY_EXPORT(fireTernary##Suffix);                                                                 \
  template <>                                                                                      \
  uint32_t fireSign(Function function, const Neurons<T> &neurons, T eta, Events<T> &events,        \
                    Range part) {                                                                  \
    return (isArithmetic(function)                                                                 \
                ? HWY_DYNAMIC_DISPATCH(fireSign##Suffix)                                           \
                : HWY_STATIC_DISPATCH(fireSign##Suffix))(function, neurons, eta, events, part);    \
  }                                                                                                \
  template <>                                                                                      \
  uint32_t fireTernary(Function function, const Neurons<T> &neurons, T eta, T deadZone,            \
                       Events<T> &events, Range part) {                                            \
    return (isArithmetic(function) ? HWY_DYNAMIC_DISPATCH(fireTernary##Suffix)                     \
                                   : HWY_STATIC_DISPATCH(fireTernary##Suffix))(                    \
        function, neurons, eta, deadZone, events, part);                                           \
  }
HWY_EXPORT(requantizeAll);
HWY_EXPORT(chargeAll);
HWY_EXPORT(fireFixedSign);
HWY_EXPORT(fireFixedTernary);

void requantize(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                int32_t *estimates, Range part) {
  HWY_DYNAMIC_DISPATCH(requantizeAll)(sums, multipliers, shift, estimates, part);
}
void charge(const int32_t *currents, const Repeated<int32_t> &multipliers, unsigned shift,
            int16_t *estimates, Range part) {
  HWY_DYNAMIC_DISPATCH(chargeAll)(currents, multipliers, shift, estimates, part);
}
uint32_t fireSign(const FixedNeurons &neurons, bool tieIsAbove, Events<int32_t> &events,
                  Range part) {
  return HWY_DYNAMIC_DISPATCH(fireFixedSign)(neurons, tieIsAbove, events, part);
}
uint32_t fireTernary(const FixedNeurons &neurons, int32_t zone, Events<int32_t> &events,
                     Range part) {
  return HWY_DYNAMIC_DISPATCH(fireFixedTernary)(neurons, zone, events, part);
}

SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
