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

// Final numbers, of which some channels of neighbouring outputs are computed together.

#if SNN_HAS_PAIRS

// An instruction of x86 multiplies pairs of 16 bits and adds the two products: those of two taps, whose inputs are interleaved.
// 16 channels at a time, or 8.
using Shorts = hn::CappedTag<int16_t, kRowMultiple>;
using Ints = hn::Repartition<int32_t, Shorts>;
constexpr uint32_t kChannels = hn::MaxLanes(Shorts()), kInts = hn::MaxLanes(Ints());

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

/// The weights of some channels, all taps added up, times `zero`.
HWY_INLINE hn::Vec<Ints> findSurplus(const Delivery<int32_t> &d, uint32_t channel, int32_t zero) {
  const Ints tag;
  auto sum = hn::Zero(tag);
  if (zero == 0)
    return sum;
  for (size_t row = channel; row < d.dense.size(); row += d.paddedOutputs)
    sum = hn::Add(sum, hn::LoadU(tag, d.dense.data() + row));
  return hn::Mul(sum, hn::Set(tag, zero));
}

/// What outputs of some channels have in common.
struct ChannelTaps {
  const int16_t *weights;
  hn::Vec<Ints> surplus[2]; ///< what bytes that are higher than their numbers give too much

  ChannelTaps(const Delivery<int32_t> &d, uint32_t channel, int32_t zero)
      : weights(findPairs(d, channel)),
        surplus{findSurplus(d, channel, zero), findSurplus(d, channel + kInts, zero)} {}
};

/// Adds sums of up to kChannels channels, of which `count` are there.
HWY_INLINE void addSums(const hn::Vec<Ints> (&sums)[2], uint32_t count, int32_t *to) {
  const Ints tag;
  for (uint32_t h = 0; h < 2 && h * kInts < count; ++h, to += kInts)
    if (count - h * kInts >= kInts) {
      hn::StoreU(hn::Add(hn::LoadU(tag, to), sums[h]), tag, to);
    } else {
      const uint32_t rest = count - h * kInts;
      hn::BlendedStore(hn::Add(loadFirst(tag, to, rest), sums[h]), hn::FirstN(tag, rest), tag, to);
    }
}

/// `inputs` by tap, of which there is an even number, `at` numbers farther; `stride` from an output's to those of the next one.
template <int kPixels, typename E>
HWY_INLINE void addTaps(const Delivery<int32_t> &d, const ChannelTaps &taps, uint32_t count,
                        const E *const *inputs, size_t at, size_t stride, int32_t *to) {
  const Ints tag;
  const Shorts shorts;
  hn::Vec<Ints> sums[kPixels][2];
  for (int p = 0; p < kPixels; ++p)
    sums[p][0] = sums[p][1] = hn::Zero(tag);
  const int16_t *weights = taps.weights;
  for (int32_t left = static_cast<int32_t>(d.kernelHeight * d.kernelWidth); left > 0;
       left -= 2, inputs += 2, weights += 2 * kRowMultiple) {
    auto low = hn::BitCast(tag, hn::LoadU(shorts, weights)),
         high = hn::BitCast(tag, hn::LoadU(shorts, weights + kChannels));
    reorder(low, high);
    const E *first = inputs[0] + at, *second = inputs[1] + at;
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
    addSums(sums[p], count, to + p * size_t{d.out.channels});
  }
}

#else

constexpr uint32_t kChannels = hn::MaxLanes(Tag<int32_t>());

struct ChannelTaps {
  const int32_t *weights;
  int32_t zero;

  ChannelTaps(const Delivery<int32_t> &d, uint32_t channel, int32_t zero)
      : weights(d.dense.data() + channel), zero(zero) {}
};

template <int kPixels, typename E>
HWY_INLINE void addTaps(const Delivery<int32_t> &d, const ChannelTaps &taps, uint32_t count,
                        const E *const *inputs, size_t at, size_t stride, int32_t *to) {
  const Tag<int32_t> tag;
  const hn::Rebind<E, Tag<int32_t>> narrow;
  Vector<int32_t> sums[kPixels];
  for (int p = 0; p < kPixels; ++p)
    sums[p] = loadPart(to + p * size_t{d.out.channels}, count);
  const int32_t *weights = taps.weights;
  // One of an even number may be nobody's.
  for (uint32_t tap = 0; tap < d.kernelHeight * d.kernelWidth; ++tap, weights += d.paddedOutputs) {
    const auto row = hn::LoadU(tag, weights);
    for (int p = 0; p < kPixels; ++p) {
      const auto number = hn::PromoteTo(tag, hn::LoadU(narrow, inputs[tap] + at + p * stride));
      sums[p] = hn::Add(sums[p], hn::Mul(hn::Sub(number, hn::Set(tag, taps.zero)), row));
    }
  }
  for (int p = 0; p < kPixels; ++p)
    storePart<int32_t>(sums[p], to + p * size_t{d.out.channels}, count);
}

#endif

/// Where the inputs of taps lie in a plane, for every row of outputs. What is beyond it is read from a row of zeros.
template <typename E>
class TapInputs {
public:
  template <typename Plane>
  TapInputs(const Delivery<int32_t> &d, const Plane &plane, E zero, Range rows)
      : d(d), values(plane.values), width(plane.width), padX(plane.hasBorder ? 0 : d.padX),
        padY(plane.hasBorder ? 0 : d.padY), height(plane.hasBorder ? INT64_MAX : d.in.height),
        firstRow(rows.begin) {
    const int64_t reachX = int64_t{d.kernelWidth - 1} * d.dilationX + 1,
                  reachY = int64_t{d.kernelHeight - 1} * d.dilationY + 1,
                  last = width - reachX + padX, // where a window begins that sees no column beyond
        bottom = (int64_t{rows.end} - 1) * d.strideY - padY + reachY;
    if (plane.hasBorder) {
      whole = {0, d.out.width};
    } else {
      const auto first = static_cast<uint32_t>((padX + d.strideX - 1) / d.strideX);
      whole.begin = std::min(first, d.out.width);
      const auto end = last < 0 ? 0 : static_cast<uint32_t>(last / d.strideX) + 1;
      whole.end = std::clamp(end, whole.begin, d.out.width);
      const bool isBeyond = int64_t{rows.begin} * d.strideY < padY || bottom > height;
      zeros.assign(size_t{isBeyond ? plane.width : 1} * d.in.channels + kChannels, zero);
    }
    for (uint32_t y = rows.begin; y < rows.end; ++y) {
      for (uint32_t x = 0; x < whole.begin; ++x)
        add(y, x);
      add(y, whole.begin); // of the others that are whole, too
      for (uint32_t x = whole.end; x < d.out.width; ++x)
        add(y, x);
    }
  }

  Range whole; ///< outputs of a row that see no column beyond it

  /// Those of an output's first channel, by tap, the last one of an odd number twice; of one that is whole, of the first such.
  const E *const *find(uint32_t y, uint32_t x) const {
    const size_t alone = d.out.width - (whole.end - whole.begin);
    const size_t i = x < whole.begin ? x
                     : x < whole.end ? whole.begin
                                     : 1 + x - whole.end + whole.begin;
    return inputs.data() + ((y - firstRow) * (alone + 1) + i) * countTaps(d);
  }

  static size_t countTaps(const Delivery<int32_t> &d) {
    return (size_t{d.kernelHeight} * d.kernelWidth + 1) / 2 * 2;
  }

private:
  const Delivery<int32_t> &d;
  const E *values;
  int64_t width, padX, padY, height;
  uint32_t firstRow;
  std::vector<E> zeros;
  std::vector<const E *> inputs;

  void add(uint32_t y, uint32_t x) {
    for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
      for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
        const int64_t row = int64_t{y} * d.strideY - padY + int64_t{ky} * d.dilationY,
                      column = int64_t{x} * d.strideX - padX + int64_t{kx} * d.dilationX;
        const bool isThere = row >= 0 && row < height && column >= 0 && column < width;
        inputs.push_back(isThere ? values + (row * width + column) * d.in.channels : zeros.data());
      }
    if (inputs.size() % countTaps(d) != 0)
      inputs.push_back(inputs.back());
  }
};

/// What bytes that are higher than their numbers give too much is taken off.
template <typename Plane>
HWY_INLINE void convolvePlane(const Delivery<int32_t> &d, const Plane &plane, uint8_t zero,
                              int32_t *accumulator, Range rows) {
  using E = std::remove_cvref_t<decltype(*plane.values)>;
  rows.end = rows.endOf(d.out.height);
  const TapInputs<E> taps(d, plane, zero, rows);
  const size_t stride = size_t{d.strideX} * d.in.channels;
  for (uint32_t channel = 0; channel < d.out.channels; channel += kChannels) {
    const ChannelTaps weights(d, channel, zero);
    const uint32_t count = d.out.channels - channel;
    for (uint32_t y = rows.begin; y < rows.end; ++y) {
      int32_t *to = accumulator + size_t{y} * d.out.width * d.out.channels + channel;
      auto add = [&]<int kPixels>(BlockSize<kPixels, 1>, uint32_t x, size_t at) HWY_ATTR {
        addTaps<kPixels>(d, weights, count, taps.find(y, x), channel + at, stride,
                         to + size_t{x} * d.out.channels);
      };
      for (uint32_t x = 0; x < taps.whole.begin; ++x)
        add(BlockSize<1, 1>(), x, 0);
      forPixels<1>({{y, y + 1}, taps.whole}, channel,
                   [&]<int kPixels>(BlockSize<kPixels, 1> size, Block block)
                       HWY_ATTR { add(size, block.x, (block.x - taps.whole.begin) * stride); });
      for (uint32_t x = taps.whole.end; x < d.out.width; ++x)
        add(BlockSize<1, 1>(), x, 0);
    }
  }
}

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
