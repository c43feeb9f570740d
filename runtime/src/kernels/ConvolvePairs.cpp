//===- Convolutions of 16-bit integers, two products at a time ------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolvePairs.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if SNN_HAS_PAIRS
template <int kPixels, int kVectors, typename T>
HWY_INLINE void clearSums(Sums<kPixels, kVectors, T> &sums) {
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      sums[p][v] = hn::Zero(Tag<T>());
}

/// Sums in units of 2^shift.
template <int kPixels, int kVectors>
HWY_INLINE void addShifted(const Delivery<int32_t> &d, Block block, uint32_t shift,
                           int32_t *accumulator, Sums<kPixels, kVectors, int32_t> &sums) {
  forSums<kPixels, kVectors, int32_t>(
      d, block, accumulator, sums, [&](Vector<int32_t> &sum, int32_t *to, uint32_t count) HWY_ATTR {
        const auto shifted = hn::ShiftLeftSame(sum, static_cast<int>(shift));
        storePart<int32_t>(hn::Add(loadPart(to, count), shifted), to, count);
      });
}

/// Every pair of inputs times its weights.
template <int kPixels, int kVectors>
HWY_INLINE void pairBlock(const Delivery<int32_t> &d, const ShortPlane &plane, Block block,
                          int32_t *accumulator) {
  const Tag<int32_t> tag;
  const hn::Repartition<int16_t, decltype(tag)> shorts;
  const uint32_t lanes = hn::Lanes(tag), length = d.runLength();
  const size_t stride = size_t{d.strideX} * d.in.channels;
  Sums<kPixels, kVectors, int32_t> sums;
  if (plane.shift == 0)
    loadSums<kPixels, kVectors>(d, block, accumulator, sums);
  else
    clearSums<kPixels, kVectors, int32_t>(sums);
  const int16_t *weights[kVectors];
  for (uint32_t v = 0; v < kVectors; ++v)
    weights[v] = findPairs(d, block.channel + v * lanes);
  size_t pair = 0;
  forRuns(d, plane.width, block, [&](size_t first) HWY_ATTR {
    const int16_t *value = plane.values + first;
    for (uint32_t c = 0; c < length; c += 2, pair += 2 * kRowMultiple) {
      hn::Vec<decltype(shorts)> row[kVectors];
      for (uint32_t v = 0; v < kVectors; ++v)
        row[v] = hn::LoadU(shorts, weights[v] + pair);
      for (int p = 0; p < kPixels; ++p) {
        int32_t pair;
        std::memcpy(&pair, value + p * stride + c, sizeof(pair));
        const auto factor = hn::BitCast(shorts, hn::Set(tag, pair));
        auto unused = hn::Zero(tag); // this instruction needs one sum only
        for (uint32_t v = 0; v < kVectors; ++v)
          sums[p][v] = hn::ReorderWidenMulAccumulate(tag, factor, row[v], sums[p][v], unused);
      }
    }
  });
  if (plane.shift == 0)
    storeSums<kPixels, kVectors>(d, block, accumulator, sums);
  else
    addShifted<kPixels, kVectors>(d, block, plane.shift, accumulator, sums);
}

void convolvePairsHere(const Delivery<int32_t> &d, const ShortPlane &plane, int32_t *accumulator,
                       Range rows) {
  forBlocks(d, joinRows(d, plane.width, rows),
            [&]<int kPixels, int kVectors>(BlockSize<kPixels, kVectors>, Block block)
                HWY_ATTR { pairBlock<kPixels, kVectors>(d, plane, block, accumulator); });
}
#else
void convolvePairsHere(const Delivery<int32_t> &d, const ShortPlane &plane, int32_t *accumulator,
                       Range rows) {
  const uint32_t length = d.runLength();
  accumulator += size_t{rows.begin} * d.out.width * d.out.channels;
  for (uint32_t y = rows.begin, end = rows.endOf(d.out.height); y < end; ++y)
    for (uint32_t x = 0; x < d.out.width; ++x, accumulator += d.out.channels) {
      size_t pair = 0;
      forRuns(d, plane.width, Block{y, x, 0}, [&](size_t first) {
        const int16_t *value = plane.values + first;
        for (uint32_t c = 0; c < length; c += 2, pair += 2 * kRowMultiple)
          for (uint32_t o = 0; o < d.out.channels; ++o) {
            const int16_t *weights = findPairs(d, o) + pair;
            accumulator[o] += (value[c] * weights[0] + value[c + 1] * weights[1]) << plane.shift;
          }
      });
    }
}
#endif

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

HWY_EXPORT(convolvePairsHere);
void convolvePairs(const Delivery<int32_t> &d, const ShortPlane &plane, int32_t *accumulator,
                   Range rows) {
  HWY_DYNAMIC_DISPATCH(convolvePairsHere)(d, plane, accumulator, rows);
}

} // namespace snn::detail::kernels
#endif
