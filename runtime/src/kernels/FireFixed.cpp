//===- Integer neurons compare ---------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Fire.h"
#include "snn/fixed.h"
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/FireFixed.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Fire-inl.h"
#include "runtime/src/kernels/Requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void requantizeAll(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                   int32_t *estimates, Range part) {
  const uint32_t end = part.endOf(multipliers.size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    requantizeBlock<false>(sums + first, multipliers.from(first), shift,
                           std::min(kBlock, end - first), estimates + first);
}

void clipAll(const Repeated<int32_t> &lower, const Repeated<int32_t> &upper, int32_t *numbers,
             Range part) {
  const uint32_t end = part.endOf(lower.size());
  for (uint32_t first = part.begin; first < end; first += kBlock)
    clipBlock(lower.from(first), upper.from(first), std::min(kBlock, end - first), numbers + first);
}

Passed passAll(const int32_t *sums, const Repeated<int32_t> &starts, const int32_t *multipliers,
               unsigned shift, int32_t limit, int32_t *changes) {
  const auto size = static_cast<uint32_t>(starts.size());
  Passed passed;
  int32_t before[kBlock];
  for (uint32_t first = 0; first < size; first += kBlock) {
    const uint32_t count = std::min(kBlock, size - first);
    const int32_t *from = starts.from(first), *now = sums + first;
    int32_t *to = changes + first;
    estimateBlock(from, multipliers + first, shift, limit, count, before);
    estimateBlock(now, multipliers + first, shift, limit, count, to);
    uint32_t changed = 0, nonzero = 0;
    for (uint32_t i = 0; i < count; ++i) {
      to[i] -= before[i];
      changed += now[i] != from[i];
      nonzero += to[i] != 0;
    }
    passed.changed += changed;
    passed.nonzero += nonzero;
  }
  return passed;
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

/// How far the neurons of a block are from f, in registers: in them they make all steps in which f stays.
template <bool kIsSign>
class Distances {
public:
  HWY_INLINE Distances(const FixedNeurons &neurons, const int32_t *targets, uint32_t first,
                       bool tieIsAbove)
      : y(neurons.y + first), targets(targets), shift(static_cast<int>(neurons.up)),
        tie(-static_cast<int32_t>(tieIsAbove)) {
    for (uint32_t v = 0; v < kVectors; ++v)
      d[v] = hn::Sub(hn::ShiftLeftSame(hn::LoadU(tag, y + v * kLanes), shift),
                     hn::LoadU(tag, targets + v * kLanes));
  }

  HWY_INLINE Bits step(const Comparison<int32_t> &comparison) {
    const auto size = hn::ShiftLeftSame(hn::Set(tag, comparison.step), shift);
    // d > upper is above, d < lower below; of signs everything else is.
    const auto upper = hn::Set(tag, kIsSign ? tie : comparison.zone), lower = hn::Neg(upper);
    Bits bits;
    for (uint32_t v = 0; v < kVectors; ++v) {
      const auto isAbove = hn::Gt(d[v], upper);
      const uint64_t above = maskBits(tag, isAbove) << v * kLanes;
      bits.negative |= above;
      bits.fired |= above;
      if constexpr (kIsSign) {
        d[v] = hn::Add(d[v], hn::IfThenElse(isAbove, hn::Neg(size), size));
      } else {
        const auto isBelow = hn::Lt(d[v], lower);
        bits.fired |= maskBits(tag, isBelow) << v * kLanes;
        d[v] = hn::Add(hn::Sub(d[v], hn::IfThenElseZero(isAbove, size)),
                       hn::IfThenElseZero(isBelow, size));
      }
    }
    return bits;
  }

  /// Where that brought them.
  HWY_INLINE void store() const {
    const auto count = hn::Set(tag, shift);
    for (uint32_t v = 0; v < kVectors; ++v)
      hn::StoreU(hn::Shr(hn::Add(d[v], hn::LoadU(tag, targets + v * kLanes)), count), tag,
                 y + v * kLanes);
  }

private:
  static constexpr Tag<int32_t> tag{};
  static constexpr uint32_t kLanes = hn::MaxLanes(tag), kVectors = kBlock / kLanes;

  int32_t *y;
  const int32_t *targets;
  int shift;
  int32_t tie;
  Vector<int32_t> d[kVectors];
};

/// The same of the neurons after the last whole block.
template <bool kIsSign>
HWY_INLINE Bits stepRest(const FixedNeurons &neurons, const int32_t *targets, uint32_t first,
                         uint32_t count, bool tieIsAbove, const Comparison<int32_t> &comparison) {
  int32_t *y = neurons.y + first;
  Bits bits;
  for (uint32_t i = 0; i < count; ++i) {
    const int32_t d = snn_error(y[i], neurons.up, targets[i]);
    const int32_t side = kIsSign ? snn_sign(d, tieIsAbove) : snn_ternary(d, comparison.zone);
    y[i] -= side * comparison.step;
    bits.negative |= uint64_t{side > 0} << i;
    bits.fired |= uint64_t{kIsSign ? side > 0 : side != 0} << i;
  }
  return bits;
}

// ---- ReLU of sums ----
//
// An estimate is a product of 64 bits, rounded and saturated, and only the side of it is asked for. In single precision
// it is known to within 2^-7 (3 roundings of 2^-24 each, of at most 2^15): neurons that are not nearer than kUnsure to
// the line between two sides are decided by that. The few others have their blocks compared in integers.

constexpr float kUnsure = 0.03125F;

/// Numbers in units of 2^shift: products need no division then.
struct Units {
  float one, y; ///< 1, and what y counts

  explicit Units(const FixedNeurons &neurons)
      : one(std::ldexp(1.0F, static_cast<int>(neurons.shift))),
        y(std::ldexp(one, static_cast<int>(neurons.up))) {}
};

/// Moves a block back and compares it once more.
template <bool kIsSign>
HWY_NOINLINE Bits compareExactly(const FixedNeurons &neurons, uint32_t first, bool tieIsAbove,
                                 const Comparison<int32_t> &comparison, const Bits &wrong) {
  int32_t *y = neurons.y + first, targets[kBlock];
  for (uint32_t i = 0; i < kBlock; ++i) {
    const bool isSent = kIsSign || (wrong.fired >> i & 1),
               isAbove = (kIsSign ? wrong.fired : wrong.negative) >> i & 1;
    y[i] += isAbove ? comparison.step : isSent ? -comparison.step : 0;
  }
  requantizeBlock<true>(neurons.sums + first, neurons.multipliers->from(first), neurons.shift,
                        kBlock, targets);
  Distances<kIsSign> distances(neurons, targets, first, tieIsAbove);
  const Bits bits = distances.step(comparison);
  distances.store();
  return bits;
}

template <bool kIsSign, size_t kRises>
HWY_INLINE Bits stepRelu(const FixedNeurons &neurons, uint32_t first, bool tieIsAbove,
                         const Comparison<int32_t> &comparison, const Units &units) {
  const Tag<int32_t> tag;
  const hn::RebindToFloat<decltype(tag)> real;
  constexpr uint32_t kLanes = hn::MaxLanes(tag);
  const auto zero = hn::Zero(real), max = hn::Set(real, INT16_MAX * units.one);
  const auto perY = hn::Set(real, units.y);
  // Of the line between two sides from where y is the estimate.
  const float apart =
      kIsSign ? (tieIsAbove ? 0.5F : -0.5F) : static_cast<float>(comparison.zone) + 0.5F;
  const auto distance = hn::Set(real, apart * units.one);
  const auto up = hn::Set(tag, comparison.step), down = hn::Neg(up);
  const int32_t *multipliers = neurons.multipliers->from(first);
  int32_t *y = neurons.y + first;
  const Rising<kRises, int32_t> sums(neurons.rises, neurons.sums, first);
  auto nearest = max;
  Bits bits;
  for (uint32_t i = 0; i < kBlock; i += kLanes) {
    const auto sum = sums.load(i);
    const auto before = hn::LoadU(tag, y + i);
    const auto product =
        hn::Mul(hn::ConvertTo(real, sum), hn::ConvertTo(real, hn::LoadU(tag, multipliers + i)));
    const auto estimate = hn::Min(hn::Max(product, zero), max);
    const auto error = hn::Sub(hn::Mul(hn::ConvertTo(real, before), perY), estimate);
    if constexpr (kIsSign) {
      const auto beyond = hn::Add(error, distance);
      nearest = hn::Min(nearest, hn::Abs(beyond));
      const auto isAbove = hn::RebindMask(tag, hn::Gt(beyond, zero));
      hn::StoreU(hn::Add(before, hn::IfThenElse(isAbove, down, up)), tag, y + i);
      bits.fired |= maskBits(tag, isAbove) << i;
    } else {
      const auto beyond = hn::Sub(hn::Abs(error), distance);
      nearest = hn::Min(nearest, hn::Abs(beyond));
      const auto isSent = hn::RebindMask(tag, hn::Gt(beyond, zero));
      const auto isAbove = hn::And(isSent, hn::RebindMask(tag, hn::Gt(error, zero)));
      const auto change = hn::IfThenElse(isAbove, down, hn::IfThenElseZero(isSent, up));
      hn::StoreU(hn::Add(before, change), tag, y + i);
      bits.fired |= maskBits(tag, isSent) << i;
      bits.negative |= maskBits(tag, isAbove) << i;
    }
  }
  if (HWY_LIKELY(hn::AllTrue(real, hn::Ge(nearest, hn::Set(real, kUnsure * units.one)))))
    return bits;
  return compareExactly<kIsSign>(neurons, first, tieIsAbove, comparison, bits);
}

/// Whole blocks of the most frequent populations, in one step; what is left of a part is returned.
template <bool kIsSign>
HWY_NOINLINE Range fireRelu(const FixedNeurons &neurons, bool tieIsAbove,
                            std::span<Comparison<int32_t>> comparison, Range part) {
  const Units units(neurons);
  return forReluBlocks(neurons, comparison, part,
                       [&](const Comparison<int32_t> &now, uint32_t first, auto rises) HWY_ATTR {
                         return stepRelu<kIsSign, decltype(rises)::value>(neurons, first,
                                                                          tieIsAbove, now, units);
                       });
}

template <bool kIsSign>
HWY_NOINLINE void fireFixed(const FixedNeurons &neurons, bool tieIsAbove,
                            std::span<Comparison<int32_t>> comparisons, Range part) {
  // In several steps estimates that are found once cost less; and zones as large are beyond single precision.
  const bool isFound = neurons.targets != nullptr;
  if (!isFound && comparisons.size() == 1 && comparisons.front().zone <= INT16_MAX)
    part = fireRelu<kIsSign>(neurons, tieIsAbove, comparisons, part);
  const uint32_t end = part.endOf(neurons.count);
  int32_t found[kBlock];
  for (uint32_t first = part.begin; first < end; first += kBlock) {
    const uint32_t count = std::min(kBlock, end - first);
    for (const Rise<int32_t> &rise : neurons.rises)
      raiseBlock(rise, first, count);
    if (!isFound)
      requantizeBlock<true>(neurons.sums + first, neurons.multipliers->from(first), neurons.shift,
                            count, found);
    const int32_t *targets = isFound ? neurons.targets + first : found;
    if (count < kBlock) {
      for (Comparison<int32_t> &comparison : comparisons)
        setBits(stepRest<kIsSign>(neurons, targets, first, count, tieIsAbove, comparison), first,
                comparison);
      continue;
    }
    Distances<kIsSign> distances(neurons, targets, first, tieIsAbove);
    for (Comparison<int32_t> &comparison : comparisons)
      setBits(distances.step(comparison), first, comparison);
    distances.store();
  }
}

void fireFixedSign(const FixedNeurons &neurons, bool tieIsAbove,
                   std::span<Comparison<int32_t>> comparisons, Range part) {
  fireFixed<true>(neurons, tieIsAbove, comparisons, part);
}
void fireFixedTernary(const FixedNeurons &neurons, std::span<Comparison<int32_t>> comparisons,
                      Range part) {
  fireFixed<false>(neurons, false, comparisons, part);
}

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

HWY_EXPORT(requantizeAll);
HWY_EXPORT(clipAll);
HWY_EXPORT(passAll);
HWY_EXPORT(chargeAll);
HWY_EXPORT(fireFixedSign);
HWY_EXPORT(fireFixedTernary);

void requantize(const int32_t *sums, const Repeated<int32_t> &multipliers, unsigned shift,
                int32_t *estimates, Range part) {
  HWY_DYNAMIC_DISPATCH(requantizeAll)(sums, multipliers, shift, estimates, part);
}
void clip(const Repeated<int32_t> &lower, const Repeated<int32_t> &upper, int32_t *numbers,
          Range part) {
  HWY_DYNAMIC_DISPATCH(clipAll)(lower, upper, numbers, part);
}
Passed passRounded(const int32_t *sums, const Repeated<int32_t> &starts, const int32_t *multipliers,
                   unsigned shift, int32_t limit, int32_t *changes) {
  return HWY_DYNAMIC_DISPATCH(passAll)(sums, starts, multipliers, shift, limit, changes);
}
void charge(const int32_t *currents, const Repeated<int32_t> &multipliers, unsigned shift,
            int16_t *estimates, Range part) {
  HWY_DYNAMIC_DISPATCH(chargeAll)(currents, multipliers, shift, estimates, part);
}
void fireSign(const FixedNeurons &neurons, bool tieIsAbove,
              std::span<Comparison<int32_t>> comparisons, Range part) {
  HWY_DYNAMIC_DISPATCH(fireFixedSign)(neurons, tieIsAbove, comparisons, part);
}
void fireTernary(const FixedNeurons &neurons, std::span<Comparison<int32_t>> comparisons,
                 Range part) {
  HWY_DYNAMIC_DISPATCH(fireFixedTernary)(neurons, comparisons, part);
}

} // namespace snn::detail::kernels
#endif
