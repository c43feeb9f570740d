#include "runtime/src/kernels/Staircase.h"

#include "snn/fixed.h"
#include <algorithm>
#include <cstring>
#include <numeric>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Staircase.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Requantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr uint32_t kBlock = kNeuronBlock;

/// snn_table of a block.
HWY_INLINE void lookUp(const int16_t *table, int32_t *numbers) {
#if HWY_TARGET == HWY_SCALAR
  for (uint32_t i = 0; i < kBlock; ++i)
    numbers[i] = snn_table(table, static_cast<int16_t>(numbers[i]));
#else
  const Tag<int32_t> tag;
  // Two neighbours of the table at a time.
  const auto *pairs = reinterpret_cast<const int32_t *>(table);
  for (uint32_t i = 0; i < kBlock; i += hn::Lanes(tag)) {
    const auto position = hn::Add(hn::LoadU(tag, numbers + i), hn::Set(tag, 32768));
    const auto offset = hn::ShiftLeft<1>(hn::ShiftRight<8>(position));
    const auto pair = hn::GatherOffset(tag, pairs, offset);
    const auto left = hn::ShiftRight<16>(hn::ShiftLeft<16>(pair)), right = hn::ShiftRight<16>(pair);
    const auto product = hn::Mul(hn::Sub(right, left), hn::And(position, hn::Set(tag, 255)));
    const auto sign = hn::BroadcastSignBit(product);
    const auto rounded = hn::ShiftRight<8>(hn::Add(hn::Abs(product), hn::Set(tag, 128)));
    hn::StoreU(hn::Add(left, hn::Sub(hn::Xor(rounded, sign), sign)), tag, numbers + i);
  }
#endif
}

/// f of a block.
HWY_INLINE void findTargets(const Staircase &staircase, const int32_t *sums, uint32_t first,
                            int32_t *targets) {
  const int32_t *multipliers = staircase.multipliers->from(first);
  if (staircase.form == TargetForm::Relu)
    return requantizeBlock<true>(sums, multipliers, staircase.shift, kBlock, targets);
  if (staircase.isFromZero) {
    requantizeBlock<true>(sums, multipliers, staircase.shift, kBlock, targets);
    return limitBlock(staircase.upper->from(first), kBlock, targets);
  }
  requantizeBlock<false>(sums, multipliers, staircase.shift, kBlock, targets);
  if (staircase.form == TargetForm::Clip)
    return clipBlock(staircase.lower->from(first), staircase.upper->from(first), kBlock, targets);
  if (staircase.form == TargetForm::Abs) {
    for (uint32_t i = 0; i < kBlock; ++i)
      targets[i] = targets[i] < 0 ? -targets[i] : targets[i];
    return;
  }
  lookUp(staircase.table, targets);
  if (staircase.gains)
    requantizeBlock<false>(targets, staircase.gains->from(first), staircase.gainShift, kBlock,
                           targets);
}

template <typename V>
HWY_INLINE void storeValues(Vector<int16_t> y, uint8_t zero, V *values) {
  const Tag<int16_t> tag;
  if constexpr (std::is_same_v<V, int16_t>) {
    hn::StoreU(y, tag, values);
  } else {
    const hn::Rebind<uint8_t, decltype(tag)> bytes;
    hn::StoreU(hn::DemoteTo(bytes, hn::Add(y, hn::Set(tag, zero))), bytes, values);
  }
}

/// One step of some neurons: which of them it moves.
HWY_INLINE hn::Mask<Tag<int16_t>> step(Vector<int16_t> size, Vector<int16_t> zone,
                                       Vector<int16_t> &d) {
#if HWY_TARGET == HWY_AVX2
  // It has an instruction for a step with the sign of its distance.
  const auto any = hn::Gt(hn::Abs(d), zone);
  const Vector<int16_t> towards{_mm256_sign_epi16(size.raw, d.raw)};
  d = hn::Sub(d, hn::IfThenElseZero(any, towards));
  return any;
#else
  const auto above = hn::Gt(d, zone), below = hn::Lt(d, hn::Neg(zone));
  d = hn::Add(hn::Sub(d, hn::IfThenElseZero(above, size)), hn::IfThenElseZero(below, size));
  return hn::Or(above, below);
#endif
}

/// All steps of some neurons, whose distances stay in registers: steps of one vector wait for each other, those of several do not.
/// Says in `active` which steps had events, where some of those so far had none.
template <bool kAllActive, uint32_t kVectors, typename V>
HWY_INLINE uint32_t climbVectors(const Staircase &staircase, const int32_t *targets, uint8_t zero,
                                 V *values, uint8_t *events, uint64_t &active) {
  const Tag<int16_t> tag;
  const hn::Half<decltype(tag)> half;
  const hn::Rebind<int32_t, decltype(half)> wide;
  const hn::Rebind<uint8_t, decltype(tag)> bytes;
  constexpr uint32_t kLanes = hn::MaxLanes(tag), kWide = hn::MaxLanes(wide);
  HWY_ALIGN int16_t narrow[kVectors * kLanes];
  for (uint32_t i = 0; i < kVectors * kLanes; i += kWide)
    hn::StoreU(hn::DemoteTo(half, hn::LoadU(wide, targets + i)), half, narrow + i);
  const auto none = hn::Zero(tag);
  auto load = [&](uint32_t v) HWY_ATTR {
    return hn::Max(hn::LoadU(tag, narrow + v * kLanes), hn::Set(tag, -INT16_MAX));
  };
  Vector<int16_t> d[kVectors], sent[kVectors];
  for (uint32_t v = 0; v < kVectors; ++v) {
    d[v] = hn::Neg(load(v));
    sent[v] = none;
  }
  const size_t steps = staircase.steps.size();
  const int16_t *sizes = staircase.steps.data(), *zones = staircase.zones.data();
  for (size_t k = 0; k < steps; ++k) {
    const auto size = hn::Set(tag, sizes[k]), zone = hn::Set(tag, zones[k]);
    auto all = none;
    for (uint32_t v = 0; v < kVectors; ++v) {
      const auto any = step(size, zone, d[v]);
      sent[v] = hn::Sub(sent[v], hn::VecFromMask(tag, any)); // which is -1 or 0
      if constexpr (!kAllActive)
        all = hn::Or(all, hn::VecFromMask(tag, any));
    }
    if constexpr (!kAllActive)
      active |= uint64_t{!hn::AllFalse(tag, hn::Ne(all, none))} << k;
  }
  uint32_t nonzero = 0;
  for (uint32_t v = 0; v < kVectors; ++v) {
    const auto y = hn::ShiftRightSame(hn::Add(d[v], load(v)), static_cast<int>(staircase.up));
    storeValues(y, zero, values + v * kLanes);
    hn::StoreU(hn::DemoteTo(bytes, sent[v]), bytes, events + v * kLanes);
    nonzero += static_cast<uint32_t>(hn::CountTrue(tag, hn::Ne(y, none)));
  }
  return nonzero;
}

template <bool kAllActive, typename V>
HWY_INLINE uint32_t climbBlock(const Staircase &staircase, const int32_t *targets, uint8_t zero,
                               V *values, uint8_t *events, uint64_t &active) {
  constexpr uint32_t kLanes = hn::MaxLanes(Tag<int16_t>()), kVectors = HWY_MIN(4, kBlock / kLanes);
  uint32_t nonzero = 0;
  for (uint32_t i = 0; i < kBlock; i += kVectors * kLanes)
    nonzero += climbVectors<kAllActive, kVectors>(staircase, targets + i, zero, values + i,
                                                  events + i, active);
  return nonzero;
}

template <typename V>
Climb climbAll(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
               V *values, uint8_t *events, uint8_t zero) {
  const size_t steps = staircase.steps.size();
  const uint64_t all = steps == 64 ? ~uint64_t{0} : (uint64_t{1} << steps) - 1;
  Climb climb;
  HWY_ALIGN int32_t targets[kBlock];
  uint32_t i = 0;
  for (; i + kBlock <= count; i += kBlock) {
    findTargets(staircase, sums + i, first + i, targets);
    climb.nonzero +=
        climb.active == all
            ? climbBlock<true>(staircase, targets, zero, values + i, events + i, climb.active)
            : climbBlock<false>(staircase, targets, zero, values + i, events + i, climb.active);
  }
  if (i == count)
    return climb;
  // What is no neuron strives for 0, where it is.
  V lastValues[kBlock];
  uint8_t lastEvents[kBlock];
  findTargets(staircase, sums + i, first + i, targets);
  std::fill(targets + (count - i), targets + kBlock, 0);
  climb.nonzero +=
      climbBlock<false>(staircase, targets, zero, lastValues, lastEvents, climb.active);
  std::copy_n(lastValues, count - i, values + i);
  std::copy_n(lastEvents, count - i, events + i);
  return climb;
}

Climb climbShorts(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
                  int16_t *values, uint8_t *events, uint8_t zero) {
  return climbAll(staircase, sums, first, count, values, events, zero);
}
Climb climbBytes(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
                 uint8_t *values, uint8_t *events, uint8_t zero) {
  return climbAll(staircase, sums, first, count, values, events, zero);
}

uint64_t sumBytesHere(const uint8_t *bytes, size_t count) {
  uint64_t sum = 0;
  size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
  const Tag<uint8_t> tag;
  const hn::Repartition<uint64_t, decltype(tag)> wide;
  auto sums = hn::Zero(wide);
  for (; i + hn::Lanes(tag) <= count; i += hn::Lanes(tag))
    sums = hn::Add(sums, hn::SumsOf8(hn::LoadU(tag, bytes + i)));
  sum = hn::GetLane(hn::SumOfLanes(wide, sums));
#endif
  for (; i < count; ++i)
    sum += bytes[i];
  return sum;
}

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

HWY_EXPORT(climbShorts);
HWY_EXPORT(climbBytes);
HWY_EXPORT(sumBytesHere);

template <>
Climb climb(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
            int16_t *values, uint8_t *events, uint8_t zero) {
  return HWY_DYNAMIC_DISPATCH(climbShorts)(staircase, sums, first, count, values, events, zero);
}
template <>
Climb climb(const Staircase &staircase, const int32_t *sums, uint32_t first, uint32_t count,
            uint8_t *values, uint8_t *events, uint8_t zero) {
  return HWY_DYNAMIC_DISPATCH(climbBytes)(staircase, sums, first, count, values, events, zero);
}
uint64_t sumBytes(const uint8_t *bytes, size_t count) {
  return HWY_DYNAMIC_DISPATCH(sumBytesHere)(bytes, count);
}

bool Staircase::setSteps(const std::vector<int32_t> &sizes, const std::vector<int32_t> &deadZones) {
  if (sizes.size() > 64)
    return false;
  int64_t reach = 0, widest = 0;
  for (size_t k = 0; k < sizes.size(); ++k) {
    reach += int64_t{sizes[k]} << up;
    widest = std::max<int64_t>(widest, deadZones[k]);
  }
  // Nobody gets farther from f than it was, or than a step. -2^15 counts as a number nearer by one: every step goes
  // towards both.
  if (reach + widest >= INT16_MAX)
    return false;
  for (size_t k = 0; k < sizes.size(); ++k) {
    steps.push_back(static_cast<int16_t>(sizes[k] << up));
    zones.push_back(static_cast<int16_t>(deadZones[k]));
  }
  isFromZero = form == TargetForm::Clip;
  for (size_t i = 0; isFromZero && i < lower->size(); ++i)
    isFromZero = (*lower)[i] == 0;
  return true;
}

bool Staircase::isNeverNegative() const {
  bool isPositive = true;
  if (form == TargetForm::Table)
    isPositive = std::all_of(table, table + SNN_TABLE_SIZE, [](int16_t f) { return f >= 0; });
  for (size_t i = 0; form == TargetForm::Clip && i < lower->size(); ++i)
    isPositive = isPositive && (*lower)[i] >= 0;
  // Down goes only what is above f, and so above 0: by at least the common divisor of the steps so far.
  int32_t divisor = 0;
  bool isFine = isPositive;
  for (int16_t step : steps) {
    isFine = isFine && (divisor == 0 || divisor >= step);
    divisor = std::gcd(divisor, int32_t{step});
  }
  return isFine;
}

} // namespace snn::detail::kernels
#endif
