//===- Convolutions through tables of four weights' sums ------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveTable.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A row of the table is a whole number of vectors, and these are all its outputs.
template <typename E>
using RowTag = hn::CappedTag<E, kRowMultiple>;
template <typename E>
constexpr int kRowVectors = kRowMultiple / hn::MaxLanes(RowTag<E>());

/// Neighbouring groups of four channels whose part of the table takes half of a first-level cache.
template <typename E>
constexpr uint32_t kPartGroups = 16384 / (kTableRows * kRowMultiple * sizeof(E));

/// `length` groups of four channels: their part of the table, their codes for the first of some outputs in a
/// row and the distance to those of the next one, and whether they are the first of the sum.
template <typename E>
struct Part {
  const E *table;
  uint32_t length;
  const uint8_t *codes;
  size_t stride;
  bool isFirst;
};

/// Sums of four weights each, from the table, for kPixels neighbours.
template <int kPixels, typename E>
HWY_INLINE void tableBlock(const Part<E> &part, const uint8_t *codes, E *HWY_RESTRICT sums) {
  const RowTag<E> tag;
  constexpr int kVectors = kRowVectors<E>;
  constexpr size_t kLanes = kRowMultiple / kVectors, kGroup = kTableRows * kRowMultiple;
  hn::Vec<RowTag<E>> sum[kPixels][kVectors];
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      sum[p][v] =
          part.isFirst ? hn::Zero(tag) : hn::Load(tag, sums + p * kRowMultiple + v * kLanes);
  const E *table = part.table;
  auto add = [&](int p, uint32_t code) HWY_ATTR {
    for (int v = 0; v < kVectors; ++v)
      sum[p][v] = hn::Add(sum[p][v], hn::Load(tag, table + code + v * kLanes));
  };
  uint32_t g = 0;
  for (; g + 4 <= part.length; g += 4) { // one load for the codes of four groups
    uint32_t four[kPixels];
    for (int p = 0; p < kPixels; ++p)
      std::memcpy(&four[p], codes + p * part.stride + g, 4);
    for (int i = 0; i < 4; ++i, table += kGroup)
      for (int p = 0; p < kPixels; ++p)
        add(p, four[p] >> 8 * i & 255);
  }
  for (; g < part.length; ++g, table += kGroup)
    for (int p = 0; p < kPixels; ++p)
      add(p, codes[p * part.stride + g]);
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      hn::Store(sum[p][v], tag, sums + p * kRowMultiple + v * kLanes);
}

/// A row of `width` outputs.
template <typename E>
HWY_INLINE void tableRow(const Part<E> &part, uint32_t width, E *sums) {
  constexpr uint32_t kPixels = std::max(1, 8 / kRowVectors<E>);
  const uint8_t *codes = part.codes;
  uint32_t x = 0;
  for (; x + kPixels <= width; x += kPixels, codes += kPixels * part.stride)
    tableBlock<kPixels>(part, codes, sums + x * kRowMultiple);
  for (; x < width; ++x, codes += part.stride)
    tableBlock<1>(part, codes, sums + x * kRowMultiple);
}

/// Every part of the table goes over the outputs of all steps before the next one does.
template <typename E>
void convolveTable(const Window &w, const E *table, const uint8_t *codes, uint32_t steps, E *sums) {
  const uint32_t groups = w.in.channels / 4, height = w.out.height, width = w.out.width;
  const size_t rowCodes = size_t{w.paddedWidth()} * groups, stepCodes = w.countCodes();
  const uint32_t length = w.runLength() / 4;
  const size_t rowSums = size_t{width} * kRowMultiple;
  for (uint32_t block = 0; block < w.paddedOutputs; block += kRowMultiple) {
    Part<E> part{table, 0, codes, size_t{w.strideX} * groups, true};
    for (uint32_t ky = 0; ky < w.kernelHeight; ++ky)
      for (uint32_t run = 0; run < w.runCount(); ++run)
        for (uint32_t g = 0; g < length; g += part.length, part.isFirst = false) {
          part.length = std::min(kPartGroups<E>, length - g);
          const uint8_t *first =
              codes + size_t{ky} * w.dilationY * rowCodes + size_t{run} * w.dilationX * groups + g;
          E *row = sums;
          for (uint32_t step = 0; step < steps; ++step, first += stepCodes) {
            part.codes = first;
            for (uint32_t y = 0; y < height;
                 ++y, row += rowSums, part.codes += w.strideY * rowCodes)
              tableRow(part, width, row);
          }
          part.table += size_t{part.length} * kTableRows * kRowMultiple;
        }
    table = part.table;
    sums += steps * height * rowSums;
  }
}

/// Adds `factor` times the sums of a step: rows of kRowMultiple outputs.
template <typename T, typename E>
void addSums(const Window &w, const E *sums, size_t blockStride, T factor, T *accumulator) {
  const RowTag<T> tag;
  const hn::Rebind<E, RowTag<T>> narrow;
  constexpr int kVectors = kRowVectors<T>;
  constexpr size_t kLanes = kRowMultiple / kVectors;
  const auto worth = hn::Set(tag, factor);
  const uint32_t channels = w.out.channels, pixels = w.out.height * w.out.width;
  auto load = [&](const E *from) HWY_ATTR {
    if constexpr (std::is_same_v<T, E>)
      return hn::Load(tag, from);
    else
      return hn::PromoteTo(tag, hn::Load(narrow, from));
  };
  for (uint32_t first = 0; first < channels; first += kRowMultiple, sums += blockStride) {
    const uint32_t count = std::min(kRowMultiple, channels - first);
    T *to = accumulator + first;
    for (uint32_t pixel = 0; pixel < pixels; ++pixel, to += channels) {
      const E *from = sums + size_t{pixel} * kRowMultiple;
      uint32_t v = 0;
      for (; v + kLanes <= count; v += kLanes)
        hn::StoreU(hn::Add(hn::LoadU(tag, to + v), hn::Mul(worth, load(from + v))), tag, to + v);
      for (; v < count; ++v)
        to[v] += factor * from[v];
    }
  }
}

// What the dispatch table can name.
#define SNN_KERNELS(T, E, Suffix)                                                                  \
  void convolveTable##Suffix(const Window &w, const E *table, const uint8_t *codes,                \
                             uint32_t steps, E *sums) {                                            \
    convolveTable(w, table, codes, steps, sums);                                                   \
  }                                                                                                \
  void addSums##Suffix(const Window &w, const E *sums, size_t blockStride, T factor,               \
                       T *accumulator) {                                                           \
    addSums(w, sums, blockStride, factor, accumulator);                                            \
  }
SNN_KERNELS(float, float, F32)
SNN_KERNELS(double, double, F64)
SNN_KERNELS(int32_t, int32_t, I32)
SNN_KERNELS(int32_t, int16_t, I16)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, E, Suffix)                                                                 \
  HWY_EXPORT(convolveTable##Suffix);                                                               \
  HWY_EXPORT(addSums##Suffix);                                                                     \
  template <>                                                                                      \
  void convolveTable(const Window &w, const E *table, const uint8_t *codes, uint32_t steps,        \
                     E *sums) {                                                                    \
    HWY_DYNAMIC_DISPATCH(convolveTable##Suffix)(w, table, codes, steps, sums);                     \
  }                                                                                                \
  template <>                                                                                      \
  void addSums(const Window &w, const E *sums, size_t blockStride, T factor, T *accumulator) {     \
    HWY_DYNAMIC_DISPATCH(addSums##Suffix)(w, sums, blockStride, factor, accumulator);              \
  }
SNN_DISPATCH(float, float, F32)
SNN_DISPATCH(double, double, F64)
SNN_DISPATCH(int32_t, int32_t, I32)
SNN_DISPATCH(int32_t, int16_t, I16)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
