#include "runtime/src/kernels/Fire.h"
#include "runtime/src/kernels/Targets.h"
#include "snn/fixed.h"

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

/// Sides of the neurons `first` to `first + count`: 1 above f(x), 0 below; they move.
template <typename F, bool kHasRange, typename T, typename I>
HWY_INLINE void stepSign(const Neurons<T> &neurons, uint32_t first, uint32_t count, T eta,
                         I *HWY_RESTRICT sides) {
  const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
  const T *range = kHasRange ? neurons.range + first : x;
  T *HWY_RESTRICT y = neurons.y + first;
  for (uint32_t i = 0; i < count; ++i) {
    const T operands[2] = {x[i], z[i]};
    const T estimate = kHasRange ? range[i] * y[i] : y[i];
    const T error = getError<F>(estimate, operands, neurons.parameters);
    const bool above = F::kTieIsAbove ? error >= 0 : error > 0;
    y[i] += above ? -eta : eta;
    sides[i] = above;
  }
}

/// Sides: 1 above the dead zone, -1 below it, 0 within.
template <typename F, bool kHasRange, typename T, typename I>
HWY_INLINE void stepTernary(const Neurons<T> &neurons, uint32_t first, uint32_t count, T eta,
                            T deadZone, I *HWY_RESTRICT sides) {
  const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
  const T *range = kHasRange ? neurons.range + first : x;
  T *HWY_RESTRICT y = neurons.y + first;
  const T scaled = deadZone * eta;
  for (uint32_t i = 0; i < count; ++i) {
    const T operands[2] = {x[i], z[i]};
    const T estimate = kHasRange ? range[i] * y[i] : y[i];
    const T zone = kHasRange ? scaled * range[i] : scaled;
    const I side = getSide<F>(estimate, zone, operands, neurons.parameters);
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

template <typename F, bool kHasRange, typename T>
HWY_NOINLINE void fireSign(const Neurons<T> &neurons, T eta, Events<T> &events) {
  events.uniform = -2 * eta;
  events.stepSize = eta;
  forBlocks(neurons, events, [&](uint32_t first, uint32_t count, auto *sides) HWY_ATTR {
    stepSign<F, kHasRange>(neurons, first, count, eta, sides);
  });
}

template <typename F, bool kHasRange, typename T>
HWY_NOINLINE void fireTernary(const Neurons<T> &neurons, T eta, T deadZone, Events<T> &events) {
  events.uniform = eta;
  forBlocks(neurons, events, [&](uint32_t first, uint32_t count, auto *sides) HWY_ATTR {
    stepTernary<F, kHasRange>(neurons, first, count, eta, deadZone, sides);
  });
}

template <typename T>
void fireSignOf(Function function, const Neurons<T> &neurons, T eta, Events<T> &events) {
  withFunction(function, [&](auto entry) HWY_ATTR {
    using F = decltype(entry);
    neurons.range ? fireSign<F, true>(neurons, eta, events)
                  : fireSign<F, false>(neurons, eta, events);
  });
}

template <typename T>
void fireTernaryOf(Function function, const Neurons<T> &neurons, T eta, T deadZone,
                   Events<T> &events) {
  withFunction(function, [&](auto entry) HWY_ATTR {
    using F = decltype(entry);
    neurons.range ? fireTernary<F, true>(neurons, eta, deadZone, events)
                  : fireTernary<F, false>(neurons, eta, deadZone, events);
  });
}

void requantizeAll(const int32_t *HWY_RESTRICT sums, const int32_t *HWY_RESTRICT multipliers,
                   unsigned shift, uint32_t count, int32_t *HWY_RESTRICT estimates) {
  for (uint32_t i = 0; i < count; ++i)
    estimates[i] = snn_requantize(sums[i], multipliers[i], shift);
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
    fireSignOf(function, neurons, eta, events);                                                    \
  }                                                                                                \
  void fireTernary##Suffix(Function function, const Neurons<T> &neurons, T eta, T deadZone,        \
                           Events<T> &events) {                                                    \
    fireTernaryOf(function, neurons, eta, deadZone, events);                                       \
  }
SNN_KERNELS(float, F32)
SNN_KERNELS(double, F64)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(fireSign##Suffix);                                                                    \
  HWY_EXPORT(fireTernary##Suffix);                                                                 \
  template <>                                                                                      \
  void fireSign(Function function, const Neurons<T> &neurons, T eta, Events<T> &events) {          \
    HWY_DYNAMIC_DISPATCH(fireSign##Suffix)(function, neurons, eta, events);                        \
  }                                                                                                \
  template <>                                                                                      \
  void fireTernary(Function function, const Neurons<T> &neurons, T eta, T deadZone,                \
                   Events<T> &events) {                                                            \
    HWY_DYNAMIC_DISPATCH(fireTernary##Suffix)(function, neurons, eta, deadZone, events);           \
  }
HWY_EXPORT(requantizeAll);
HWY_EXPORT(fireFixedSign);
HWY_EXPORT(fireFixedTernary);

void requantize(const int32_t *sums, const int32_t *multipliers, unsigned shift, uint32_t count,
                int32_t *estimates) {
  HWY_DYNAMIC_DISPATCH(requantizeAll)(sums, multipliers, shift, count, estimates);
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
