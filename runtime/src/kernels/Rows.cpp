//===- Sums of rows ---------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Rows.h"
#include "runtime/src/kernels/Targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Rows.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "runtime/src/kernels/Vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// accumulator += value * weights, `count` numbers.
template <typename T>
HWY_INLINE void addRow(const T *HWY_RESTRICT weights, T value, uint32_t count,
                       T *HWY_RESTRICT accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  const Vector<T> factor = hn::Set(tag, value);
  uint32_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(
        hn::Add(hn::LoadU(tag, accumulator + i), hn::Mul(factor, hn::LoadU(tag, weights + i))), tag,
        accumulator + i);
  for (; i < count; ++i)
    accumulator[i] += value * weights[i];
}

template <typename T>
void addRows(const T *weights, uint32_t columns, const uint32_t *index, const T *worth,
             uint32_t count, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint32_t m = 0;
  for (; m + 4 * lanes <= columns; m += 4 * lanes) {
    Vector<T> sums[4];
    for (uint32_t v = 0; v < 4; ++v)
      sums[v] = hn::LoadU(tag, accumulator + m + v * lanes);
    for (uint32_t i = 0; i < count; ++i) {
      const T *row = weights + size_t{index[i]} * columns + m;
      const Vector<T> factor = hn::Set(tag, worth[i]);
      for (uint32_t v = 0; v < 4; ++v)
        sums[v] = hn::Add(sums[v], hn::Mul(factor, hn::LoadU(tag, row + v * lanes)));
    }
    for (uint32_t v = 0; v < 4; ++v)
      hn::StoreU(sums[v], tag, accumulator + m + v * lanes);
  }
  for (uint32_t i = 0; m < columns && i < count; ++i)
    addRow(weights + size_t{index[i]} * columns + m, worth[i], columns - m, accumulator + m);
}

/// The lowest bits of `word` as a mask.
template <typename T>
HWY_INLINE hn::Mask<Tag<T>> toMask(uint64_t word) {
  uint8_t bytes[8];
  for (int byte = 0; byte < 8; ++byte)
    bytes[byte] = static_cast<uint8_t>(word >> (8 * byte));
  return hn::LoadMaskBits(Tag<T>(), bytes);
}

template <typename T>
void addMasked(const Events<T> &events, size_t first, uint32_t count, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  const bool isSigned = events.form == Events<T>::Form::Signed;
  const Vector<T> plus = hn::Set(tag, events.uniform), minus = hn::Set(tag, -events.uniform);
  for (uint32_t done = 0; done < count; done += 64) {
    const uint32_t part = std::min<uint32_t>(64, count - done);
    uint64_t fired = getBits(events.fired, first + done, part);
    if (fired == 0)
      continue;
    uint64_t negative = isSigned ? getBits(events.negative, first + done, part) : 0;
    T *to = accumulator + done;
    uint32_t i = 0;
    for (; i + lanes <= part; i += lanes, fired >>= lanes % 64, negative >>= lanes % 64) {
      const Vector<T> worth = hn::IfThenElse(toMask<T>(negative), minus, plus);
      hn::StoreU(hn::Add(hn::LoadU(tag, to + i), hn::IfThenElseZero(toMask<T>(fired), worth)), tag,
                 to + i);
    }
    for (; i < part; ++i, fired >>= 1, negative >>= 1)
      to[i] += fired & 1 ? (negative & 1 ? -events.uniform : events.uniform) : T{0};
  }
}

template <typename T>
void addValues(const T *values, uint32_t count, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint32_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::Add(hn::LoadU(tag, accumulator + i), hn::LoadU(tag, values + i)), tag,
               accumulator + i);
  for (; i < count; ++i)
    accumulator[i] += values[i];
}

// What the dispatch table can name.
#define SNN_KERNELS(T, Suffix)                                                                     \
  void addRows##Suffix(const T *weights, uint32_t columns, const uint32_t *index, const T *worth,  \
                       uint32_t count, T *accumulator) {                                           \
    addRows(weights, columns, index, worth, count, accumulator);                                   \
  }                                                                                                \
  void addMasked##Suffix(const Events<T> &events, size_t first, uint32_t count, T *accumulator) {  \
    addMasked(events, first, count, accumulator);                                                  \
  }                                                                                                \
  void addScaled##Suffix(const T *values, T factor, uint32_t count, T *accumulator) {              \
    addRow(values, factor, count, accumulator);                                                    \
  }                                                                                                \
  void addValues##Suffix(const T *values, uint32_t count, T *accumulator) {                        \
    addValues(values, count, accumulator);                                                         \
  }
SNN_KERNELS(float, F32)
SNN_KERNELS(double, F64)
SNN_KERNELS(int32_t, I32)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(addRows##Suffix);                                                                     \
  template <>                                                                                      \
  void addRows(const T *weights, uint32_t columns, const uint32_t *index, const T *worth,          \
               uint32_t count, T *accumulator) {                                                   \
    HWY_DYNAMIC_DISPATCH(addRows##Suffix)(weights, columns, index, worth, count, accumulator);     \
  }                                                                                                \
  HWY_EXPORT(addMasked##Suffix);                                                                   \
  template <>                                                                                      \
  void addMasked(const Events<T> &events, size_t first, uint32_t count, T *accumulator) {          \
    HWY_DYNAMIC_DISPATCH(addMasked##Suffix)(events, first, count, accumulator);                    \
  }                                                                                                \
  HWY_EXPORT(addScaled##Suffix);                                                                   \
  template <>                                                                                      \
  void addScaled(const T *values, T factor, uint32_t count, T *accumulator) {                      \
    HWY_DYNAMIC_DISPATCH(addScaled##Suffix)(values, factor, count, accumulator);                   \
  }                                                                                                \
  HWY_EXPORT(addValues##Suffix);                                                                   \
  template <>                                                                                      \
  void addValues(const T *values, uint32_t count, T *accumulator) {                                \
    HWY_DYNAMIC_DISPATCH(addValues##Suffix)(values, count, accumulator);                           \
  }
SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
SNN_DISPATCH(int32_t, I32)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
