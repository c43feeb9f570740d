//===- Convolutions of all inputs, a window for every channel -------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveDepthwise.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A vector of channels of neighbouring outputs: every tap's inputs times its weights. The last vector of a pixel may have
/// fewer channels.
template <int kPixels, typename T>
HWY_INLINE void depthwiseBlock(const Delivery<T> &d, const T *values, Block block, T *accumulator) {
  const Tag<T> tag;
  const uint32_t count = d.out.channels - block.channel;
  const size_t stride = size_t{d.strideX} * d.in.channels;
  Sums<kPixels, 1, T> sums;
  loadSums<kPixels, 1>(d, block, accumulator, sums);
  const T *weights = d.dense.data() + block.channel;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    const size_t y = size_t{block.y} * d.strideY + size_t{ky} * d.dilationY;
    const T *value = values + (y * d.paddedWidth() + size_t{block.x} * d.strideX) * d.in.channels +
                     block.channel;
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx, weights += d.paddedOutputs) {
      const Vector<T> row = hn::LoadU(tag, weights);
      const T *tap = value + size_t{kx} * d.dilationX * d.in.channels;
      for (int p = 0; p < kPixels; ++p)
        sums[p][0] = hn::Add(sums[p][0], hn::Mul(loadPart(tap + p * stride, count), row));
    }
  }
  storeSums<kPixels, 1>(d, block, accumulator, sums);
}

template <typename T>
void convolveDepthwise(const Delivery<T> &d, const T *values, T *accumulator, Range rows) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  for (uint32_t channel = 0; channel < d.out.channels; channel += lanes)
    forPixels<1>(joinRows(d, 0, rows), channel,
                 [&]<int kPixels>(BlockSize<kPixels, 1>, Block block)
                     HWY_ATTR { depthwiseBlock<kPixels>(d, values, block, accumulator); });
}

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR

// An instruction of x86 multiplies pairs of 16 bits and adds the two products: those of two taps, whose inputs are interleaved.
// 16 channels at a time, or 8.
using Shorts = hn::CappedTag<int16_t, kRowMultiple>;
using Ints = hn::Repartition<int32_t, Shorts>;
constexpr uint32_t kShorts = hn::MaxLanes(Shorts()), kInts = hn::MaxLanes(Ints());

HWY_INLINE hn::Vec<Shorts> loadShorts(const int16_t *from) { return hn::LoadU(Shorts(), from); }
HWY_INLINE hn::Vec<Shorts> loadShorts(const uint8_t *from) {
  return hn::PromoteTo(Shorts(), hn::LoadU(hn::Rebind<uint8_t, Shorts>(), from));
}

/// Sums of channels that are neighbours, and those that interleaving makes of them: one from the other, either way.
HWY_INLINE void reorder(hn::Vec<Ints> &low, hn::Vec<Ints> &high) {
  if constexpr (kInts > 4) {
    const auto first = low;
    low = hn::ConcatLowerLower(Ints(), high, first);
    high = hn::ConcatUpperUpper(Ints(), high, first);
  }
}

/// What some channels of neighbouring outputs have in common.
struct Taps {
  const size_t *offsets; ///< of inputs, by tap; of an odd number the last one twice
  size_t pairs;
  const int16_t *weights;   ///< of the channels
  hn::Vec<Ints> surplus[2]; ///< what bytes that are higher than their numbers give too much
};

/// Adds sums of up to kShorts channels, of which `count` are there.
HWY_INLINE void addSums(const hn::Vec<Ints> (&sums)[2], uint32_t count, int32_t *to) {
  const Ints tag;
  for (uint32_t h = 0; h < 2 && h * kInts < count; ++h, to += kInts)
    if (count - h * kInts >= kInts) {
      hn::StoreU(hn::Add(hn::LoadU(tag, to), sums[h]), tag, to);
    } else {
      const auto mask = hn::FirstN(tag, count - h * kInts);
      hn::BlendedStore(hn::Add(hn::MaskedLoad(mask, tag, to), sums[h]), mask, tag, to);
    }
}

template <int kPixels, typename E>
HWY_INLINE void tapBlock(const Taps &taps, const E *values, size_t stride, uint32_t count,
                         int32_t *to, size_t channels) {
  const Ints tag;
  const Shorts shorts;
  hn::Vec<Ints> sums[kPixels][2];
  for (int p = 0; p < kPixels; ++p)
    sums[p][0] = sums[p][1] = hn::Zero(tag);
  const int16_t *weights = taps.weights;
  for (size_t pair = 0; pair < taps.pairs; ++pair, weights += 2 * kRowMultiple) {
    auto low = hn::BitCast(tag, hn::LoadU(shorts, weights)),
         high = hn::BitCast(tag, hn::LoadU(shorts, weights + kShorts));
    reorder(low, high);
    const E *first = values + taps.offsets[2 * pair], *second = values + taps.offsets[2 * pair + 1];
    for (int p = 0; p < kPixels; ++p) {
      const auto a = loadShorts(first + p * stride), b = loadShorts(second + p * stride);
      auto unused = hn::Zero(tag);
      sums[p][0] = hn::ReorderWidenMulAccumulate(tag, hn::InterleaveLower(shorts, a, b),
                                                 hn::BitCast(shorts, low), sums[p][0], unused);
      sums[p][1] = hn::ReorderWidenMulAccumulate(tag, hn::InterleaveUpper(shorts, a, b),
                                                 hn::BitCast(shorts, high), sums[p][1], unused);
    }
  }
  for (int p = 0; p < kPixels; ++p) {
    reorder(sums[p][0], sums[p][1]);
    for (int h = 0; h < 2; ++h)
      sums[p][h] = hn::Sub(sums[p][h], taps.surplus[h]);
    addSums(sums[p], count, to + p * channels);
  }
}

/// The weights of some channels, all taps added up, times `zero`.
HWY_INLINE hn::Vec<Ints> findSurplus(const Delivery<int32_t> &d, uint32_t channel, int32_t zero) {
  const Ints tag;
  auto sum = hn::Zero(tag);
  for (size_t row = channel; row < d.dense.size(); row += d.paddedOutputs)
    sum = hn::Add(sum, hn::LoadU(tag, d.dense.data() + row));
  return hn::Mul(sum, hn::Set(tag, zero));
}

template <typename Plane>
HWY_INLINE void convolvePlane(const Delivery<int32_t> &d, const Plane &plane, int32_t zero,
                              int32_t *accumulator, Range rows) {
  const uint32_t count = d.kernelHeight * d.kernelWidth;
  std::vector<size_t> offsets;
  for (uint32_t tap = 0; tap < count + count % 2; ++tap) {
    const size_t t = std::min(tap, count - 1), y = t / d.kernelWidth * d.dilationY;
    offsets.push_back((y * plane.width + t % d.kernelWidth * d.dilationX) * d.in.channels);
  }
  const size_t channels = d.out.channels, stride = d.strideX * channels;
  for (uint32_t channel = 0; channel < channels; channel += kShorts) {
    const Taps taps{offsets.data(),
                    offsets.size() / 2,
                    findPairs(d, channel),
                    {findSurplus(d, channel, zero), findSurplus(d, channel + kInts, zero)}};
    forPixels<1>(joinRows(d, 0, rows), channel,
                 [&]<int kPixels>(BlockSize<kPixels, 1>, Block block) HWY_ATTR {
                   const size_t y = size_t{block.y} * d.strideY;
                   tapBlock<kPixels>(
                       taps, plane.values + y * plane.width * channels + block.x * stride + channel,
                       stride, d.out.channels - channel,
                       accumulator + (size_t{block.y} * d.out.width + block.x) * channels + channel,
                       channels);
                 });
  }
}

#else

template <typename Plane>
void convolvePlane(const Delivery<int32_t> &d, const Plane &plane, int32_t zero,
                   int32_t *accumulator, Range rows) {
  const Tag<int32_t> tag;
  const hn::Rebind<std::remove_cvref_t<decltype(*plane.values)>, Tag<int32_t>> narrow;
  const uint32_t taps = d.kernelHeight * d.kernelWidth;
  const size_t channels = d.out.channels, stride = d.strideX * channels;
  for (uint32_t channel = 0; channel < d.out.channels; channel += hn::Lanes(tag)) {
    forPixels<1>(joinRows(d, 0, rows), channel,
                 [&]<int kPixels>(BlockSize<kPixels, 1>, Block block) HWY_ATTR {
                   Sums<kPixels, 1, int32_t> sums;
                   loadSums<kPixels, 1>(d, block, accumulator, sums);
                   for (uint32_t tap = 0; tap < taps; ++tap) {
                     const size_t y =
                         size_t{block.y} * d.strideY + size_t{tap / d.kernelWidth} * d.dilationY;
                     const auto *value =
                         plane.values +
                         (y * plane.width + size_t{tap % d.kernelWidth} * d.dilationX) * channels +
                         block.x * stride + channel;
                     const auto row =
                         hn::LoadU(tag, d.dense.data() + size_t{tap} * d.paddedOutputs + channel);
                     for (int p = 0; p < kPixels; ++p) {
                       const auto number =
                           hn::PromoteTo(tag, hn::LoadU(narrow, value + p * stride));
                       sums[p][0] =
                           hn::Add(sums[p][0], hn::Mul(hn::Sub(number, hn::Set(tag, zero)), row));
                     }
                   }
                   storeSums<kPixels, 1>(d, block, accumulator, sums);
                 });
  }
}

#endif

void convolveDepthwiseBytesHere(const Delivery<int32_t> &d, const BytePlane &plane,
                                int32_t *accumulator, Range rows) {
  convolvePlane(d, plane, plane.zero, accumulator, rows);
}
void convolveDepthwiseShortsHere(const Delivery<int32_t> &d, const ShortPlane &plane,
                                 int32_t *accumulator, Range rows) {
  convolvePlane(d, plane, 0, accumulator, rows);
}

// What the dispatch table can name.
#define SNN_KERNELS(T, Suffix)                                                                     \
  void convolveDepthwise##Suffix(const Delivery<T> &d, const T *values, T *accumulator,            \
                                 Range rows) {                                                     \
    convolveDepthwise(d, values, accumulator, rows);                                               \
  }
SNN_FOR_NUMBERS(SNN_KERNELS)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(convolveDepthwise##Suffix);                                                           \
  template <>                                                                                      \
  void convolveDepthwise(const Delivery<T> &d, const T *values, T *accumulator, Range rows) {      \
    HWY_DYNAMIC_DISPATCH(convolveDepthwise##Suffix)(d, values, accumulator, rows);                 \
  }
SNN_FOR_NUMBERS(SNN_DISPATCH)
#undef SNN_DISPATCH

HWY_EXPORT(convolveDepthwiseBytesHere);
void convolveDepthwiseBytes(const Delivery<int32_t> &d, const BytePlane &plane,
                            int32_t *accumulator, Range rows) {
  HWY_DYNAMIC_DISPATCH(convolveDepthwiseBytesHere)(d, plane, accumulator, rows);
}

HWY_EXPORT(convolveDepthwiseShortsHere);
void convolveDepthwiseShorts(const Delivery<int32_t> &d, const ShortPlane &plane,
                             int32_t *accumulator, Range rows) {
  HWY_DYNAMIC_DISPATCH(convolveDepthwiseShortsHere)(d, plane, accumulator, rows);
}

} // namespace snn::detail::kernels
#endif
