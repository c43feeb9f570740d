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

constexpr uint32_t kBlock = 64; ///< neurons at a time: a word of bits

/// A bit for each of 64 integers that is not 0 (or, with `kIsPositive`, above 0).
template <bool kIsPositive, typename I>
HWY_INLINE uint64_t toBits(const I *numbers) {
  const hn::ScalableTag<I> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint64_t word = 0;
  for (uint32_t i = 0; i < kBlock; i += lanes) {
    const auto value = hn::LoadU(tag, numbers + i);
    const auto mask = kIsPositive ? hn::Gt(value, hn::Zero(tag)) : hn::Ne(value, hn::Zero(tag));
    uint8_t bytes[8] = {};
    hn::StoreMaskBits(tag, mask, bytes);
    uint64_t bits;
    std::memcpy(&bits, bytes, sizeof(bits));
    word |= bits << i;
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
  return neurons.range ? neurons.range + first : kOnes.data();
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

/// Calls `step(first, count, sides)` for blocks of 64 neurons, and makes bits of the sides.
template <typename T, typename Population, typename Step>
HWY_INLINE void forBlocks(const Population &neurons, Events<T> &events, Step step) {
  using I = hwy::MakeSigned<T>;
  events.count = 0;
  I sides[kBlock] = {};
  for (uint32_t first = 0; first < neurons.count; first += kBlock) {
    if (first + kBlock <= neurons.count) {
      step(first, kBlock, sides);
    } else {
      std::fill(sides, sides + kBlock, I{0});
      step(first, neurons.count - first, sides);
    }
    const uint64_t fired = toBits<false>(sides);
    events.fired[first / kBlock] = fired;
    if (!events.negative.empty())
      events.negative[first / kBlock] = toBits<true>(sides); // above: the change is -eta
    events.count += static_cast<uint32_t>(__builtin_popcountll(fired));
  }
}

template <typename F, typename T>
HWY_NOINLINE void fireSignOf(const Neurons<T> &neurons, T eta, Events<T> &events) {
  events.uniform = -2 * eta;
  events.stepSize = eta;
  forBlocks(neurons, events, [&](uint32_t first, uint32_t count, auto *sides) HWY_ATTR {
    stepSign<F>(neurons, first, count, eta, sides);
  });
}

template <typename F, typename T>
HWY_NOINLINE void fireTernaryOf(const Neurons<T> &neurons, T eta, T deadZone, Events<T> &events) {
  events.uniform = eta;
  forBlocks(neurons, events, [&](uint32_t first, uint32_t count, auto *sides) HWY_ATTR {
    stepTernary<F>(neurons, first, count, eta, deadZone, sides);
  });
}

/// Functions of the mathematical library are compiled once: for the instruction set that everyone has.
template <typename F>
constexpr bool kIsHere = F::kIsArithmetic || HWY_ONCE;

void requantizeAll(const int32_t *HWY_RESTRICT sums, const int32_t *HWY_RESTRICT multipliers,
                   unsigned shift, uint32_t count, int32_t *HWY_RESTRICT estimates) {
  for (uint32_t i = 0; i < count; ++i)
    estimates[i] = snn_requantize(sums[i], multipliers[i], shift);
}

void chargeAll(const int32_t *HWY_RESTRICT currents, const int32_t *HWY_RESTRICT multipliers,
               unsigned shift, uint32_t count, int16_t *HWY_RESTRICT estimates) {
  for (uint32_t i = 0; i < count; ++i)
    estimates[i] = snn_charge(estimates[i], currents[i], multipliers[i], shift);
}

void fireFixedSign(const FixedNeurons &neurons, bool tieIsAbove, Events<int32_t> &events) {
  const int32_t step = neurons.step;
  const unsigned up = neurons.up;
  events.uniform = -2 * step;
  events.stepSize = step;
  forBlocks(neurons, events,
            [&](uint32_t first, uint32_t count, int32_t *HWY_RESTRICT sides) HWY_ATTR {
              const int32_t *targets = neurons.targets + first;
              int32_t *HWY_RESTRICT y = neurons.y + first;
              for (uint32_t i = 0; i < count; ++i) {
                const bool isAbove = snn_sign(snn_error(y[i], up, targets[i]), tieIsAbove) > 0;
                y[i] += isAbove ? -step : step;
                sides[i] = isAbove;
              }
            });
}

void fireFixedTernary(const FixedNeurons &neurons, int32_t zone, Events<int32_t> &events) {
  const int32_t step = neurons.step;
  const unsigned up = neurons.up;
  events.uniform = step;
  forBlocks(neurons, events,
            [&](uint32_t first, uint32_t count, int32_t *HWY_RESTRICT sides) HWY_ATTR {
              const int32_t *targets = neurons.targets + first;
              int32_t *HWY_RESTRICT y = neurons.y + first;
              for (uint32_t i = 0; i < count; ++i) {
                const int32_t side = snn_ternary(snn_error(y[i], up, targets[i]), zone);
                y[i] -= side * step;
                sides[i] = side;
              }
            });
}

#define SNN_KERNELS(T, Suffix)                                                                     \
  void fireSign##Suffix(Function function, const Neurons<T> &neurons, T eta, Events<T> &events) {  \
    withFunction(function, [&](auto entry) HWY_ATTR {                                              \
      if constexpr (kIsHere<decltype(entry)>)                                                      \
        fireSignOf<decltype(entry)>(neurons, eta, events);                                         \
    });                                                                                            \
  }                                                                                                \
  void fireTernary##Suffix(Function function, const Neurons<T> &neurons, T eta, T deadZone,        \
                           Events<T> &events) {                                                    \
    withFunction(function, [&](auto entry) HWY_ATTR {                                              \
      if constexpr (kIsHere<decltype(entry)>)                                                      \
        fireTernaryOf<decltype(entry)>(neurons, eta, deadZone, events);                            \
    });                                                                                            \
  }
SNN_KERNELS(float, F32)
SNN_KERNELS(double, F64)
#undef SNN_KERNELS

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
  HWY_EXPORT(fireSign##Suffix);                                                                    \
  HWY_EXPORT(fireTernary##Suffix);                                                                 \
  template <>                                                                                      \
  void fireSign(Function function, const Neurons<T> &neurons, T eta, Events<T> &events) {          \
    (isArithmetic(function)                                                                        \
         ? HWY_DYNAMIC_DISPATCH(fireSign##Suffix)                                                  \
         : HWY_STATIC_DISPATCH(fireSign##Suffix))(function, neurons, eta, events);                 \
  }                                                                                                \
  template <>                                                                                      \
  void fireTernary(Function function, const Neurons<T> &neurons, T eta, T deadZone,                \
                   Events<T> &events) {                                                            \
    (isArithmetic(function)                                                                        \
         ? HWY_DYNAMIC_DISPATCH(fireTernary##Suffix)                                               \
         : HWY_STATIC_DISPATCH(fireTernary##Suffix))(function, neurons, eta, deadZone, events);    \
  }
HWY_EXPORT(requantizeAll);
HWY_EXPORT(chargeAll);
HWY_EXPORT(fireFixedSign);
HWY_EXPORT(fireFixedTernary);

void requantize(const int32_t *sums, const int32_t *multipliers, unsigned shift, uint32_t count,
                int32_t *estimates) {
  HWY_DYNAMIC_DISPATCH(requantizeAll)(sums, multipliers, shift, count, estimates);
}
void charge(const int32_t *currents, const int32_t *multipliers, unsigned shift, uint32_t count,
            int16_t *estimates) {
  HWY_DYNAMIC_DISPATCH(chargeAll)(currents, multipliers, shift, count, estimates);
}
void fireSign(const FixedNeurons &neurons, bool tieIsAbove, Events<int32_t> &events) {
  HWY_DYNAMIC_DISPATCH(fireFixedSign)(neurons, tieIsAbove, events);
}
void fireTernary(const FixedNeurons &neurons, int32_t zone, Events<int32_t> &events) {
  HWY_DYNAMIC_DISPATCH(fireFixedTernary)(neurons, zone, events);
}

SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
