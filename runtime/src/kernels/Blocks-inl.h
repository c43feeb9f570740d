//===- Blocks: the outputs of a convolution that stay in registers ------------------------------------------===//
// Included once for each instruction set, as Highway wants it.
#if defined(SNN_SRC_KERNELS_BLOCKS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SNN_SRC_KERNELS_BLOCKS_INL_H
#undef SNN_SRC_KERNELS_BLOCKS_INL_H
#else
#define SNN_SRC_KERNELS_BLOCKS_INL_H
#endif

#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Vectors-inl.h"
#include <algorithm>

// Whether one instruction multiplies pairs of 16 bits and adds the two products. Highway's operation for that adds every second
// one to another sum where it has no such instruction.
#undef SNN_HAS_PAIRS
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
#define SNN_HAS_PAIRS 1
#else
#define SNN_HAS_PAIRS 0
#endif

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {

/// `count` numbers, fewer than a vector has, the others 0. Where no instruction loads a part of a vector, Highway loads all of it:
/// beyond the end of the memory, behind the last numbers.
template <typename D>
HWY_INLINE hn::Vec<D> loadFirst(D tag, const hn::TFromD<D> *from, uint32_t count) {
#if HWY_ARCH_X86 && HWY_TARGET <= HWY_AVX2
  return hn::MaskedLoad(hn::FirstN(tag, count), tag, from);
#else
  HWY_ALIGN hn::TFromD<D> numbers[hn::MaxLanes(D())] = {};
  std::copy_n(from, count, numbers);
  return hn::Load(tag, numbers);
#endif
}

/// `count` numbers of a row of outputs, the others 0.
template <typename T>
HWY_INLINE Vector<T> loadPart(const T *from, uint32_t count) {
  const Tag<T> tag;
  return count >= hn::Lanes(tag) ? hn::LoadU(tag, from) : loadFirst(tag, from, count);
}
template <typename T>
HWY_INLINE void storePart(Vector<T> value, T *to, uint32_t count) {
  const Tag<T> tag;
  if (count >= hn::Lanes(tag))
    hn::StoreU(value, tag, to);
  else
    hn::BlendedStore(value, hn::FirstN(tag, count), tag, to);
}

/// Where a block of outputs begins: neighbours in a row, and vectors of their channels.
struct Block {
  uint32_t y, x, channel;
};
template <int kPixels, int kVectors>
struct BlockSize {};

/// The sums of a block, in registers.
template <int kPixels, int kVectors, typename T>
using Sums = Vector<T>[kPixels][kVectors];

/// Calls `visit(sum, address, count)` for the sums of a block that are outputs: `count` from `address` on.
template <int kPixels, int kVectors, typename T, typename Visit>
HWY_INLINE void forSums(const Delivery<T> &d, Block block, T *accumulator,
                        Sums<kPixels, kVectors, T> &sums, Visit visit) {
  const uint32_t lanes = hn::Lanes(Tag<T>()), count = d.out.channels - block.channel;
  T *first =
      accumulator + (size_t{block.y} * d.out.width + block.x) * d.out.channels + block.channel;
  if (count >= kVectors * lanes) { // as most blocks have: nothing to ask for each
    for (int p = 0; p < kPixels; ++p)
      for (uint32_t v = 0; v < kVectors; ++v)
        visit(sums[p][v], first + p * d.out.channels + v * lanes, lanes);
    return;
  }
  for (int p = 0; p < kPixels; ++p)
    for (uint32_t v = 0; v < kVectors; ++v)
      if (v * lanes < count)
        visit(sums[p][v], first + p * d.out.channels + v * lanes, count - v * lanes);
      else
        sums[p][v] = hn::Zero(Tag<T>());
}

template <int kPixels, int kVectors, typename T>
HWY_INLINE void loadSums(const Delivery<T> &d, Block block, T *accumulator,
                         Sums<kPixels, kVectors, T> &sums) {
  forSums<kPixels, kVectors, T>(d, block, accumulator, sums,
                                [](Vector<T> &sum, T *from, uint32_t count)
                                    HWY_ATTR { sum = loadPart(from, count); });
}

template <int kPixels, int kVectors, typename T>
HWY_INLINE void storeSums(const Delivery<T> &d, Block block, T *accumulator,
                          Sums<kPixels, kVectors, T> &sums) {
  forSums<kPixels, kVectors, T>(d, block, accumulator, sums,
                                [](Vector<T> &sum, T *to, uint32_t count)
                                    HWY_ATTR { storePart<T>(sum, to, count); });
}

/// The pairs of an output; 16 outputs together are in one piece.
HWY_INLINE const int16_t *findPairs(const Delivery<int32_t> &d, uint32_t output) {
  return d.pairs.data() + output / kRowMultiple * d.pairsOfPanel() + output % kRowMultiple * 2;
}

/// Calls `visit(first)` for every run of the first output of a block: where it begins among padded inputs, `width` of which are
/// a row.
template <typename T, typename Visit>
HWY_INLINE void forRuns(const Delivery<T> &d, uint32_t width, Block block, Visit visit) {
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
    for (uint32_t run = 0; run < d.runCount(); ++run) {
      const size_t y = size_t{block.y} * d.strideY + size_t{ky} * d.dilationY;
      const size_t x = size_t{block.x} * d.strideX + size_t{run} * d.dilationX;
      visit((y * width + x) * d.in.channels);
    }
}

/// Outputs that are computed together: columns of some rows.
struct Pixels {
  Range rows, columns;
};

/// Some rows of a convolution that takes `width` columns of inputs. Where a window is one pixel of a plane of the outputs' size,
/// rows are one: what a block leaves over then ends a part, and not a row.
inline Pixels joinRows(const Window &w, uint32_t width, Range rows) {
  rows.end = rows.endOf(w.out.height);
  if (w.kernelHeight == 1 && w.kernelWidth == 1 && w.strideX == 1 && w.strideY == 1 &&
      width == w.out.width && w.padX == 0 && w.padY == 0)
    return {{0, 1}, {rows.begin * width, rows.end * width}};
  return {rows, {0, w.out.width}};
}

/// Calls `visit(size, block)` for blocks of `kMax` pixels by `kVectors` vectors from `channel` on, and then for smaller ones of
/// the pixels left over in each row.
template <int kVectors, int kMax = 4, typename Visit>
HWY_INLINE void forPixels(Pixels pixels, uint32_t channel, Visit visit) {
  for (uint32_t y = pixels.rows.begin; y < pixels.rows.end; ++y) {
    uint32_t x = pixels.columns.begin;
    const uint32_t end = pixels.columns.end;
    for (; x + kMax <= end; x += kMax)
      visit(BlockSize<kMax, kVectors>(), Block{y, x, channel});
    if constexpr (kMax > 2)
      for (; x + 2 <= end; x += 2)
        visit(BlockSize<2, kVectors>(), Block{y, x, channel});
    for (; x < end; ++x)
      visit(BlockSize<1, kVectors>(), Block{y, x, channel});
  }
}

/// All channels of some outputs: two vectors at a time where there are as many.
template <typename T, int kMax = 4, typename Visit>
HWY_INLINE void forBlocks(const Delivery<T> &d, Pixels pixels, Visit visit) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  for (uint32_t channel = 0; channel < d.out.channels;) {
    const bool isWide = channel + 2 * lanes <= d.paddedOutputs;
    if (isWide)
      forPixels<2, kMax>(pixels, channel, visit);
    else
      forPixels<1, kMax>(pixels, channel, visit);
    channel += isWide ? 2 * lanes : lanes;
  }
}

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#endif
