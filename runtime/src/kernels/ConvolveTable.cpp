//===- Convolutions through tables of four weights' sums ------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveTable.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "runtime/src/kernels/Blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Groups of four channels next to each other whose part of the table stays in the first-level cache.
constexpr uint32_t kTableGroups = 16;

/// `length` groups of four channels: their `codes` for the first of the pixels, their part of `table`.
struct TableInput {
  const uint8_t *codes;
  size_t stride; ///< between the codes of pixels
  uint32_t length;
};

/// Sums of four weights each, from the table.
template <int kPixels, int kVectors, typename T>
HWY_INLINE void tableBlock(const Delivery<T> &d, const TableInput &in, const T *table, T worth,
                           Block block, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag), padded = d.paddedOutputs;
  Vector<T> sums[kPixels][kVectors];
  for (auto &pixel : sums)
    for (auto &sum : pixel)
      sum = hn::Zero(tag);
  const uint8_t *codes = in.codes;
  for (uint32_t g = 0; g < in.length; ++g, table += size_t{16} * padded)
    for (int p = 0; p < kPixels; ++p) {
      const T *row = table + codes[p * in.stride + g] * padded;
      for (int v = 0; v < kVectors; ++v)
        sums[p][v] = hn::Add(sums[p][v], hn::LoadU(tag, row + v * lanes));
    }
  const Vector<T> factor = hn::Set(tag, worth);
  T *first =
      accumulator + (size_t{block.y} * d.out.width + block.x) * d.out.channels + block.channel;
  const uint32_t count = d.out.channels - block.channel;
  for (int p = 0; p < kPixels; ++p)
    for (uint32_t v = 0; v < kVectors && v * lanes < count; ++v) {
      T *to = first + p * d.out.channels + v * lanes;
      storePart<T>(hn::Add(loadPart(to, count - v * lanes), hn::Mul(factor, sums[p][v])), to,
                   count - v * lanes);
    }
}

/// All pixels through one part of the table: `length` groups from group `g` of tap row `ky`, and of tap
/// `run` where taps are apart.
template <int kVectors, typename T>
HWY_INLINE void tablePass(const Delivery<T> &d, const uint8_t *codes, const T *table, T worth,
                          uint32_t ky, uint32_t offset, uint32_t length, uint32_t channel,
                          T *accumulator) {
  const uint32_t groups = d.in.channels / 4;
  const size_t row = size_t{d.paddedWidth()} * groups, stride = size_t{d.strideX} * groups;
  auto input = [&](Block b) {
    return TableInput{codes + (size_t{b.y} * d.strideY + ky * d.dilationY) * row + b.x * stride +
                          offset,
                      stride, length};
  };
  forPixels<kVectors>(d, channel, [&]<int kPixels>(BlockSize<kPixels, kVectors>, Block b) HWY_ATTR {
    tableBlock<kPixels, kVectors>(d, input(b), table, worth, b, accumulator);
  });
}

template <typename T>
void convolveTable(const Delivery<T> &d, const uint8_t *codes, T worth, T *accumulator) {
  const uint32_t lanes = hn::Lanes(Tag<T>()), groups = d.in.channels / 4;
  // Taps next to each other are one long tap.
  const uint32_t runs = d.dilationX == 1 ? 1 : d.kernelWidth;
  const uint32_t length = d.dilationX == 1 ? d.kernelWidth * groups : groups;
  for (uint32_t channel = 0; channel < d.out.channels;) {
    const bool isWide = channel + 2 * lanes <= d.paddedOutputs;
    const T *table = d.table.data() + channel;
    for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
      for (uint32_t run = 0; run < runs; ++run)
        for (uint32_t g = 0; g < length; g += kTableGroups) {
          const uint32_t offset = run * d.dilationX * groups + g;
          const uint32_t part = std::min(kTableGroups, length - g);
          if (isWide)
            tablePass<2>(d, codes, table, worth, ky, offset, part, channel, accumulator);
          else
            tablePass<1>(d, codes, table, worth, ky, offset, part, channel, accumulator);
          table += size_t{16} * part * d.paddedOutputs;
        }
    channel += isWide ? 2 * lanes : lanes;
  }
}

// What the dispatch table can name.
#define SNN_KERNELS(T, Suffix)                                                                     \
  void convolveTable##Suffix(const Delivery<T> &d, const uint8_t *codes, T worth,                  \
                             T *accumulator) {                                                     \
    convolveTable(d, codes, worth, accumulator);                                                   \
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
  HWY_EXPORT(convolveTable##Suffix);                                                               \
  template <>                                                                                      \
  void convolveTable(const Delivery<T> &d, const uint8_t *codes, T worth, T *accumulator) {        \
    HWY_DYNAMIC_DISPATCH(convolveTable##Suffix)(d, codes, worth, accumulator);                     \
  }
SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
SNN_DISPATCH(int32_t, I32)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
