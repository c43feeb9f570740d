//===- Sums of rows ---------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Rows.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Rows.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

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
void addRows(const T *weights, uint32_t stride, const uint32_t *index, const T *worth,
             uint32_t count, T *accumulator, uint32_t columns) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint32_t m = 0;
  for (; m + 4 * lanes <= columns; m += 4 * lanes) {
    Vector<T> sums[4];
    for (uint32_t v = 0; v < 4; ++v)
      sums[v] = hn::LoadU(tag, accumulator + m + v * lanes);
    for (uint32_t i = 0; i < count; ++i) {
      const T *row = weights + size_t{index[i]} * stride + m;
      const Vector<T> factor = hn::Set(tag, worth[i]);
      for (uint32_t v = 0; v < 4; ++v)
        sums[v] = hn::Add(sums[v], hn::Mul(factor, hn::LoadU(tag, row + v * lanes)));
    }
    for (uint32_t v = 0; v < 4; ++v)
      hn::StoreU(sums[v], tag, accumulator + m + v * lanes);
  }
  for (uint32_t i = 0; m < columns && i < count; ++i)
    addRow(weights + size_t{index[i]} * stride + m, worth[i], columns - m, accumulator + m);
}

/// The lowest bits of `word` as a mask.
template <typename T>
HWY_INLINE hn::Mask<Tag<T>> toMask(uint64_t word) {
  uint8_t bytes[8];
  for (int byte = 0; byte < 8; ++byte)
    bytes[byte] = static_cast<uint8_t>(word >> (8 * byte));
  return hn::LoadMaskBits(Tag<T>(), bytes);
}

/// Of up to 64 events that are bits: which there are, and which of them are worth less than nothing.
struct Word {
  uint64_t fired, negative;
};
template <typename T>
HWY_INLINE Word getWord(const Events<T> &events, size_t first, uint32_t count) {
  return {getBits(events.fired, first, count),
          events.form == Events<T>::Form::Signed ? getBits(events.negative, first, count) : 0};
}

/// Adds `weigh(worth, i)` for the events, of element `i` or of the vector that begins there.
template <typename T, typename Weigh>
HWY_INLINE void addMaskedTimes(const Events<T> &events, size_t first, uint32_t count, T worth,
                               Weigh weigh, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  const Vector<T> plus = hn::Set(tag, worth), minus = hn::Set(tag, -worth);
  for (uint32_t done = 0; done < count; done += 64) {
    const uint32_t part = std::min<uint32_t>(64, count - done);
    Word word = getWord(events, first + done, part);
    if (word.fired == 0)
      continue;
    T *to = accumulator + done;
    uint32_t i = 0;
    for (; i + lanes <= part; i += lanes, word.fired >>= lanes % 64, word.negative >>= lanes % 64) {
      const Vector<T> value =
          weigh(hn::IfThenElse(toMask<T>(word.negative), minus, plus), done + i);
      hn::StoreU(hn::Add(hn::LoadU(tag, to + i), hn::IfThenElseZero(toMask<T>(word.fired), value)),
                 tag, to + i);
    }
    for (; i < part; ++i, word.fired >>= 1, word.negative >>= 1)
      to[i] += word.fired & 1 ? weigh(word.negative & 1 ? -worth : worth, done + i) : T{0};
  }
}

template <typename T>
void addMasked(const Events<T> &events, size_t first, uint32_t count, T worth, T *accumulator) {
  addMaskedTimes(
      events, first, count, worth, [](auto value, uint32_t) HWY_ATTR { return value; },
      accumulator);
}

template <typename T>
void addMaskedProducts(const Events<T> &events, size_t first, uint32_t count, const T *weights,
                       T *accumulator) {
  addMaskedTimes(
      events, first, count, events.uniform,
      [&](auto value, uint32_t i) HWY_ATTR {
        if constexpr (std::is_same_v<decltype(value), T>)
          return value * weights[i];
        else
          return hn::Mul(value, hn::LoadU(Tag<T>(), weights + i));
      },
      accumulator);
}

template <typename T>
void addProducts(const T *values, const T *weights, uint32_t count, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  uint32_t i = 0;
  for (; i + lanes <= count; i += lanes)
    hn::StoreU(hn::Add(hn::LoadU(tag, accumulator + i),
                       hn::Mul(hn::LoadU(tag, values + i), hn::LoadU(tag, weights + i))),
               tag, accumulator + i);
  for (; i < count; ++i)
    accumulator[i] += values[i] * weights[i];
}

template <typename T>
uint32_t collect(const T *values, Range elements, uint32_t *index, T *value) {
  uint32_t count = 0, i = elements.begin;
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag);
  // A vector of elements at a time, most of which are 0 together.
  for (; i + lanes <= elements.end; i += lanes) {
    const auto isSent = hn::Ne(hn::LoadU(tag, values + i), hn::Zero(tag));
    if (hn::AllFalse(tag, isSent))
      continue;
    for (uint32_t lane = i; lane < i + lanes; ++lane) {
      index[count] = lane;
      value[count] = values[lane];
      count += values[lane] != 0;
    }
  }
  for (; i < elements.end; ++i) {
    index[count] = i;
    value[count] = values[i];
    count += values[i] != 0;
  }
  return count;
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
  void addRows##Suffix(const T *weights, uint32_t stride, const uint32_t *index, const T *worth,   \
                       uint32_t count, T *accumulator, uint32_t columns) {                         \
    addRows(weights, stride, index, worth, count, accumulator, columns);                           \
  }                                                                                                \
  void addMasked##Suffix(const Events<T> &events, size_t first, uint32_t count, T worth,           \
                         T *accumulator) {                                                         \
    addMasked(events, first, count, worth, accumulator);                                           \
  }                                                                                                \
  void addMaskedProducts##Suffix(const Events<T> &events, size_t first, uint32_t count,            \
                                 const T *weights, T *accumulator) {                               \
    addMaskedProducts(events, first, count, weights, accumulator);                                 \
  }                                                                                                \
  void addProducts##Suffix(const T *values, const T *weights, uint32_t count, T *accumulator) {    \
    addProducts(values, weights, count, accumulator);                                              \
  }                                                                                                \
  uint32_t collect##Suffix(const T *values, Range elements, uint32_t *index, T *value) {           \
    return collect(values, elements, index, value);                                                \
  }                                                                                                \
  void addValues##Suffix(const T *values, uint32_t count, T *accumulator) {                        \
    addValues(values, count, accumulator);                                                         \
  }
SNN_FOR_NUMBERS(SNN_KERNELS)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(addRows##Suffix);                                                                     \
  template <>                                                                                      \
  void addRows(const T *weights, uint32_t stride, const uint32_t *index, const T *worth,           \
               uint32_t count, T *accumulator, uint32_t columns) {                                 \
    HWY_DYNAMIC_DISPATCH(addRows##Suffix)                                                          \
    (weights, stride, index, worth, count, accumulator, columns);                                  \
  }                                                                                                \
  HWY_EXPORT(addMasked##Suffix);                                                                   \
  template <>                                                                                      \
  void addMasked(const Events<T> &events, size_t first, uint32_t count, T worth, T *accumulator) { \
    HWY_DYNAMIC_DISPATCH(addMasked##Suffix)(events, first, count, worth, accumulator);             \
  }                                                                                                \
  HWY_EXPORT(addMaskedProducts##Suffix);                                                           \
  template <>                                                                                      \
  void addMaskedProducts(const Events<T> &events, size_t first, uint32_t count, const T *weights,  \
                         T *accumulator) {                                                         \
    HWY_DYNAMIC_DISPATCH(addMaskedProducts##Suffix)(events, first, count, weights, accumulator);   \
  }                                                                                                \
  HWY_EXPORT(addProducts##Suffix);                                                                 \
  template <>                                                                                      \
  void addProducts(const T *values, const T *weights, uint32_t count, T *accumulator) {            \
    HWY_DYNAMIC_DISPATCH(addProducts##Suffix)(values, weights, count, accumulator);                \
  }                                                                                                \
  HWY_EXPORT(collect##Suffix);                                                                     \
  template <>                                                                                      \
  uint32_t collect(const T *values, Range elements, uint32_t *index, T *value) {                   \
    return HWY_DYNAMIC_DISPATCH(collect##Suffix)(values, elements, index, value);                  \
  }                                                                                                \
  HWY_EXPORT(addValues##Suffix);                                                                   \
  template <>                                                                                      \
  void addValues(const T *values, uint32_t count, T *accumulator) {                                \
    HWY_DYNAMIC_DISPATCH(addValues##Suffix)(values, count, accumulator);                           \
  }
SNN_FOR_NUMBERS(SNN_DISPATCH)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
