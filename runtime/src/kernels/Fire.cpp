//===- Real neurons compare ------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Fire.h"
#include <array>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Fire.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Fire-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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
                            T zone, I *HWY_RESTRICT sides) {
  const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
  const T *range = rangeOf(neurons, first);
  T *HWY_RESTRICT y = neurons.y + first;
  for (uint32_t i = 0; i < count; ++i) {
    const T operands[2] = {x[i], z[i]};
    const I side = getSide<F>(range[i] * y[i], zone * range[i], operands, neurons.parameters);
    y[i] += side == 0 ? T{0} : side > 0 ? -eta : eta;
    sides[i] = side;
  }
}

/// Calls `step(comparison, first, count, sides)` for blocks of neurons, in every step.
template <typename T, typename Step>
HWY_INLINE void forSides(const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
                         Range part, Step step) {
  hwy::MakeSigned<T> sides[kBlock] = {};
  const uint32_t end = part.endOf(neurons.count);
  for (uint32_t first = part.begin; first < end; first += kBlock) {
    const uint32_t count = std::min(kBlock, end - first);
    for (const Rise<T> &rise : neurons.rises)
      raiseBlock(rise, first, count);
    std::fill(sides + count, sides + kBlock, 0);
    for (Comparison<T> &comparison : comparisons) {
      if (count == kBlock) // a constant, for the compiler's vectors
        step(comparison, first, kBlock, sides);
      else
        step(comparison, first, count, sides);
      setBits(toBits(sides), first, comparison);
    }
  }
}

/// Moves the outputs `y` from `i` on, which are `before`, against their errors, and notes who sends.
template <bool kIsSign, bool kTieIsAbove, typename T, class V>
HWY_INLINE void moveLanes(V before, V unit, V error, V up, const Comparison<T> &comparison, T *y,
                          uint32_t i, Bits &bits) {
  const Tag<T> tag;
  const V down = hn::Neg(up);
  if constexpr (kIsSign) {
    const auto isAbove = kTieIsAbove ? hn::Ge(error, hn::Zero(tag)) : hn::Gt(error, hn::Zero(tag));
    hn::StoreU(hn::Add(before, hn::IfThenElse(isAbove, down, up)), tag, y + i);
    bits.fired |= maskBits(tag, isAbove) << i;
  } else {
    const auto zone = hn::Mul(hn::Set(tag, comparison.zone), unit);
    const auto isAbove = hn::Gt(error, zone), isBelow = hn::Lt(error, hn::Neg(zone));
    const auto change = hn::IfThenElse(isAbove, down, hn::IfThenElseZero(isBelow, up));
    hn::StoreU(hn::Add(before, change), tag, y + i);
    bits.fired |= maskBits(tag, hn::Or(isAbove, isBelow)) << i;
    bits.negative |= maskBits(tag, isAbove) << i;
  }
}

/// The bits of a block that follows ReLU, from the masks of the comparisons: the operations of stepSign or of
/// stepTernary.
template <bool kIsSign, size_t kRises, typename T>
HWY_INLINE Bits stepRelu(const Neurons<T> &neurons, uint32_t first,
                         const Comparison<T> &comparison) {
  const Tag<T> tag;
  constexpr uint32_t kLanes = hn::MaxLanes(tag);
  const auto zero = hn::Zero(tag), up = hn::Set(tag, comparison.step);
  T *y = neurons.y + first;
  const T *range = rangeOf(neurons, first);
  const Rising<kRises, T> estimates(neurons.rises, neurons.x[0], first);
  Bits bits;
  for (uint32_t i = 0; i < kBlock; i += kLanes) {
    const auto x = estimates.load(i);
    const auto before = hn::LoadU(tag, y + i), unit = hn::LoadU(tag, range + i);
    const auto target = hn::IfThenElse(hn::Gt(x, zero), x, hn::Mul(x, zero));
    const auto error = hn::Sub(hn::Mul(unit, before), target);
    moveLanes<kIsSign, /*kTieIsAbove=*/true>(before, unit, error, up, comparison, y, i, bits);
  }
  return bits;
}

/// Whole blocks of the most frequent populations; what is left of a part is returned.
template <bool kIsSign, typename T>
HWY_NOINLINE Range fireRelu(const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
                            Range part) {
  return forReluBlocks(neurons, comparisons, part,
                       [&](const Comparison<T> &comparison, uint32_t first, auto rises) HWY_ATTR {
                         return stepRelu<kIsSign, decltype(rises)::value>(neurons, first,
                                                                          comparison);
                       });
}

/// The same of any function, whose values are there.
template <bool kIsSign, bool kTieIsAbove, typename T>
HWY_INLINE Bits stepTowards(const Neurons<T> &neurons, uint32_t first, const T *targets,
                            const Comparison<T> &comparison) {
  const Tag<T> tag;
  constexpr uint32_t kLanes = hn::MaxLanes(tag);
  const auto up = hn::Set(tag, comparison.step); // before the stores to y
  T *y = neurons.y + first;
  const T *range = rangeOf(neurons, first);
  Bits bits;
  for (uint32_t i = 0; i < kBlock; i += kLanes) {
    const auto before = hn::LoadU(tag, y + i), unit = hn::LoadU(tag, range + i);
    const auto error = hn::Sub(hn::Mul(unit, before), hn::LoadU(tag, targets + i));
    moveLanes<kIsSign, kTieIsAbove>(before, unit, error, up, comparison, y, i, bits);
  }
  return bits;
}

/// Whole blocks of a population that compares with values of its function: they are computed once for all steps. What is
/// left of a part is returned.
template <bool kIsSign, typename F, typename T>
HWY_INLINE Range fireTowards(const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
                             Range part) {
  HWY_ALIGN T targets[kBlock];
  const uint32_t end = part.endOf(neurons.count), whole = end - (end - part.begin) % kBlock;
  for (uint32_t first = part.begin; first < whole; first += kBlock) {
    for (const Rise<T> &rise : neurons.rises)
      raiseBlock(rise, first, kBlock);
    if (comparisons.empty())
      continue;
    const T *x = neurons.x[0] + first, *z = F::kIsBinary ? neurons.x[1] + first : x;
    for (uint32_t i = 0; i < kBlock; ++i) {
      const T operands[2] = {x[i], z[i]};
      targets[i] = F::value(operands, neurons.parameters);
    }
    for (Comparison<T> &comparison : comparisons)
      setBits(stepTowards<kIsSign, F::kTieIsAbove>(neurons, first, targets, comparison), first,
              comparison);
  }
  return {whole, end};
}

template <bool kIsSign, typename F, typename T>
HWY_NOINLINE void fireOf(const Neurons<T> &neurons, std::span<Comparison<T>> comparisons,
                         Range part) {
  if constexpr (std::is_base_of_v<Relu, F>)
    part = fireRelu<kIsSign>(neurons, comparisons, part);
  else if constexpr (!F::kComparesIndirectly)
    part = fireTowards<kIsSign, F>(neurons, comparisons, part);
  forSides(neurons, comparisons, part,
           [&](const Comparison<T> &comparison, uint32_t first, uint32_t count, auto *sides)
               HWY_ATTR {
                 if constexpr (kIsSign)
                   stepSign<F>(neurons, first, count, comparison.step, sides);
                 else
                   stepTernary<F>(neurons, first, count, comparison.step, comparison.zone, sides);
               });
}

/// Functions of the mathematical library are compiled once: for the instruction set that everyone has.
template <typename F>
constexpr bool kIsHere = F::kIsArithmetic || HWY_ONCE;

template <typename T>
void raiseAll(const Rise<T> &rise, Range part) {
  const uint32_t end = part.endOf(rise.background->size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    raiseBlock(rise, first, std::min(kBlock, end - first));
}

#define SNN_KERNELS(T, Code, kIsSign, Suffix)                                                      \
  void fire##Code##Suffix(Function function, const Neurons<T> &neurons,                            \
                          std::span<Comparison<T>> comparisons, Range part) {                      \
    withFunction(function, [&](auto entry) HWY_ATTR {                                              \
      if constexpr (kIsHere<decltype(entry)>)                                                      \
        fireOf<kIsSign, decltype(entry)>(neurons, comparisons, part);                              \
    });                                                                                            \
  }
SNN_KERNELS(float, Sign, true, F32)
SNN_KERNELS(double, Sign, true, F64)
SNN_KERNELS(float, Ternary, false, F32)
SNN_KERNELS(double, Ternary, false, F64)
#undef SNN_KERNELS
void raiseF32(const Rise<float> &rise, Range part) { raiseAll(rise, part); }
void raiseF64(const Rise<double> &rise, Range part) { raiseAll(rise, part); }
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
SNN_FOR_NUMBERS(SNN_DISPATCH)
#undef SNN_DISPATCH

#define SNN_DISPATCH(T, Code, Suffix)                                                              \
  HWY_EXPORT(fire##Code##Suffix);                                                                  \
  template <>                                                                                      \
  void fire##Code(Function function, const Neurons<T> &neurons,                                    \
                  std::span<Comparison<T>> comparisons, Range part) {                              \
    if (isArithmetic(function))                                                                    \
      HWY_DYNAMIC_DISPATCH(fire##Code##Suffix)(function, neurons, comparisons, part);              \
    else                                                                                           \
      HWY_STATIC_DISPATCH(fire##Code##Suffix)(function, neurons, comparisons, part);               \
  }
SNN_DISPATCH(float, Sign, F32)
SNN_DISPATCH(double, Sign, F64)
SNN_DISPATCH(float, Ternary, F32)
SNN_DISPATCH(double, Ternary, F64)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
