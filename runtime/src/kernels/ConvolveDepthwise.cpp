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
    forPixels<1>(d, rows, channel, [&]<int kPixels>(BlockSize<kPixels, 1>, Block block) HWY_ATTR {
      depthwiseBlock<kPixels>(d, values, block, accumulator);
    });
}

/// Numbers in 32 bits, as addProduct takes them.
HWY_INLINE Vector<int32_t> loadNumbers(const uint8_t *from) {
  const Tag<int32_t> tag;
  return hn::PromoteTo(tag, hn::LoadU(hn::Rebind<uint8_t, Tag<int32_t>>(), from));
}
HWY_INLINE Vector<int32_t> loadNumbers(const int16_t *from) {
  const Tag<int32_t> tag;
  const auto numbers = hn::LoadU(hn::Rebind<int16_t, Tag<int32_t>>(), from);
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  return hn::PromoteTo(tag, hn::BitCast(hn::Rebind<uint16_t, Tag<int32_t>>(), numbers));
#else
  return hn::PromoteTo(tag, numbers);
#endif
}

/// An instruction of x86 multiplies pairs of 16 bits, of which the upper ones are 0.
HWY_INLINE Vector<int32_t> addProduct(Vector<int32_t> sum, Vector<int32_t> numbers,
                                      Vector<int32_t> weights) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  const Tag<int32_t> tag;
  const hn::Repartition<int16_t, Tag<int32_t>> shorts;
  auto unused = hn::Zero(tag);
  return hn::ReorderWidenMulAccumulate(tag, hn::BitCast(shorts, numbers),
                                       hn::BitCast(shorts, weights), sum, unused);
#else
  return hn::Add(sum, hn::Mul(numbers, weights));
#endif
}

/// What bytes that are higher than their numbers give too much is taken off in the beginning.
template <int kPixels, typename Plane>
HWY_INLINE void planeBlock(const Delivery<int32_t> &d, const Plane &plane, Block block,
                           Vector<int32_t> surplus, int32_t *accumulator) {
  const Tag<int32_t> tag;
  Sums<kPixels, 1, int32_t> sums;
  loadSums<kPixels, 1>(d, block, accumulator, sums);
  for (int p = 0; p < kPixels; ++p)
    sums[p][0] = hn::Sub(sums[p][0], surplus);
  const int32_t *weights = d.dense.data() + block.channel;
  const size_t stride = size_t{d.strideX} * d.in.channels;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    const size_t y = size_t{block.y} * d.strideY + size_t{ky} * d.dilationY;
    const auto *value = plane.values +
                        (y * plane.width + size_t{block.x} * d.strideX) * d.in.channels +
                        block.channel;
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx, weights += d.paddedOutputs) {
      const auto row = hn::LoadU(tag, weights);
      const auto *tap = value + size_t{kx} * d.dilationX * d.in.channels;
      for (int p = 0; p < kPixels; ++p)
        sums[p][0] = addProduct(sums[p][0], loadNumbers(tap + p * stride), row);
    }
  }
  storeSums<kPixels, 1>(d, block, accumulator, sums);
}

void convolveDepthwiseBytesHere(const Delivery<int32_t> &d, const BytePlane &plane,
                                int32_t *accumulator, Range rows) {
  const Tag<int32_t> tag;
  const uint32_t taps = d.kernelHeight * d.kernelWidth;
  for (uint32_t channel = 0; channel < d.out.channels; channel += hn::Lanes(tag)) {
    auto surplus = hn::Zero(tag);
    for (uint32_t tap = 0; tap < taps; ++tap)
      surplus = hn::Add(surplus,
                        hn::LoadU(tag, d.dense.data() + size_t{tap} * d.paddedOutputs + channel));
    surplus = hn::Mul(surplus, hn::Set(tag, plane.zero));
    forPixels<1>(d, rows, channel, [&]<int kPixels>(BlockSize<kPixels, 1>, Block block) HWY_ATTR {
      planeBlock<kPixels>(d, plane, block, surplus, accumulator);
    });
  }
}

void convolveDepthwiseShortsHere(const Delivery<int32_t> &d, const ShortPlane &plane,
                                 int32_t *accumulator, Range rows) {
  const auto none = hn::Zero(Tag<int32_t>());
  for (uint32_t channel = 0; channel < d.out.channels; channel += hn::Lanes(Tag<int32_t>()))
    forPixels<1>(d, rows, channel, [&]<int kPixels>(BlockSize<kPixels, 1>, Block block) HWY_ATTR {
      planeBlock<kPixels>(d, plane, block, none, accumulator);
    });
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
