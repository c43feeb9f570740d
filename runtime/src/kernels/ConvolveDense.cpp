//===- Convolutions of all inputs -----------------------------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveDense.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Blocks-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Every input times its weight.
template <int kPixels, int kVectors, typename T>
HWY_INLINE void denseBlock(const Delivery<T> &d, const T *values, Block block, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag), length = d.runLength();
  const size_t stride = size_t{d.strideX} * d.in.channels;
  Sums<kPixels, kVectors, T> sums;
  loadSums<kPixels, kVectors>(d, block, accumulator, sums);
  const T *weights = d.dense.data() + block.channel;
  forRuns(d, d.paddedWidth(), block, [&](size_t first) HWY_ATTR {
    const T *value = values + first;
    for (uint32_t c = 0; c < length; ++c, weights += d.paddedOutputs) {
      Vector<T> row[kVectors];
      for (int v = 0; v < kVectors; ++v)
        row[v] = hn::LoadU(tag, weights + v * lanes);
      for (int p = 0; p < kPixels; ++p) {
        const Vector<T> factor = hn::Set(tag, value[p * stride + c]);
        for (int v = 0; v < kVectors; ++v)
          sums[p][v] = hn::Add(sums[p][v], hn::Mul(factor, row[v]));
      }
    }
  });
  storeSums<kPixels, kVectors>(d, block, accumulator, sums);
}

template <typename T>
void convolveDense(const Delivery<T> &d, const T *values, T *accumulator, Range rows) {
  forBlocks(d, joinRows(d, d.paddedWidth(), rows),
            [&]<int kPixels, int kVectors>(BlockSize<kPixels, kVectors>, Block block)
                HWY_ATTR { denseBlock<kPixels, kVectors>(d, values, block, accumulator); });
}

// What the dispatch table can name.
#define SNN_KERNELS(T, Suffix)                                                                     \
  void convolveDense##Suffix(const Delivery<T> &d, const T *values, T *accumulator, Range rows) {  \
    convolveDense(d, values, accumulator, rows);                                                   \
  }
SNN_FOR_NUMBERS(SNN_KERNELS)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(convolveDense##Suffix);                                                               \
  template <>                                                                                      \
  void convolveDense(const Delivery<T> &d, const T *values, T *accumulator, Range rows) {          \
    HWY_DYNAMIC_DISPATCH(convolveDense##Suffix)(d, values, accumulator, rows);                     \
  }
SNN_FOR_NUMBERS(SNN_DISPATCH)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
