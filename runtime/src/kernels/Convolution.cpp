#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/Convolution.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <typename T>
using Tag = hn::ScalableTag<T>;
template <typename T>
using Vector = hn::Vec<Tag<T>>;

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

/// Neighbouring outputs that events of one pixel add to.
template <typename T>
struct Segment {
  T *to;
  uint32_t weights; ///< where theirs begin, of each input channel
  uint32_t count;
};

/// The events of one pixel: their channels, and what they are worth.
template <typename T>
struct Pixel {
  static constexpr uint32_t kMost = 64;
  uint32_t channel[kMost];
  T worth[kMost];
  uint32_t count = 0;
};

/// Outputs stay in registers while the events of the pixel are added; `count` of them, or kEvents.
template <int kVectors, int kEvents, typename T>
HWY_INLINE void addVectors(const Pixel<T> &pixel, size_t perChannel, const T *HWY_RESTRICT weights,
                           T *HWY_RESTRICT to) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag), count = kEvents ? kEvents : pixel.count;
  Vector<T> sums[kVectors];
  for (int v = 0; v < kVectors; ++v)
    sums[v] = hn::LoadU(tag, to + v * lanes);
  for (uint32_t i = 0; i < count; ++i) {
    const T *row = weights + pixel.channel[i] * perChannel;
    const Vector<T> factor = hn::Set(tag, pixel.worth[i]);
    for (int v = 0; v < kVectors; ++v)
      sums[v] = hn::Add(sums[v], hn::Mul(factor, hn::LoadU(tag, row + v * lanes)));
  }
  for (int v = 0; v < kVectors; ++v)
    hn::StoreU(sums[v], tag, to + v * lanes);
}

template <int kEvents, typename T>
HWY_INLINE void addSegment(const Pixel<T> &pixel, size_t perChannel, const T *weights,
                           const Segment<T> &segment) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  const T *from = weights + segment.weights;
  uint32_t i = 0;
  for (; i + 6 * lanes <= segment.count; i += 6 * lanes)
    addVectors<6, kEvents>(pixel, perChannel, from + i, segment.to + i);
  for (; i + 2 * lanes <= segment.count; i += 2 * lanes)
    addVectors<2, kEvents>(pixel, perChannel, from + i, segment.to + i);
  for (; i + lanes <= segment.count; i += lanes)
    addVectors<1, kEvents>(pixel, perChannel, from + i, segment.to + i);
  for (; i < segment.count; ++i)
    for (uint32_t event = 0; event < pixel.count; ++event)
      segment.to[i] += pixel.worth[event] * from[pixel.channel[event] * perChannel + i];
}

/// Calls `visit` for every segment that pixel (y, x) adds to: where stride and dilation along a row are 1
/// the taps of a row together, else each tap.
template <typename T, typename Visit>
HWY_INLINE void forSegments(const Delivery<T> &d, uint32_t y, uint32_t x, T *accumulator,
                            Visit visit) {
  const uint32_t outputs = d.out.channels;
  const bool isReversed = d.hasReversedTaps();
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    int64_t top = int64_t{y} + d.padY - int64_t{ky} * d.dilationY;
    if (top < 0 || (d.strideY != 1 && static_cast<uint32_t>(top) % d.strideY != 0))
      continue;
    if (d.strideY != 1)
      top = static_cast<uint32_t>(top) / d.strideY;
    if (top >= d.out.height)
      continue;
    const int64_t row = top * d.out.width;
    if (isReversed) {
      const int64_t left = int64_t{x} + d.padX - (d.kernelWidth - 1);
      const int64_t cut = std::max<int64_t>(0, -left);
      const int64_t taps = std::min<int64_t>(d.kernelWidth, d.out.width - left) - cut;
      if (taps > 0)
        visit(Segment<T>{accumulator + (row + left + cut) * outputs,
                         static_cast<uint32_t>((ky * d.kernelWidth + cut) * outputs),
                         static_cast<uint32_t>(taps * outputs)});
      continue;
    }
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
      const int64_t left = int64_t{x} + d.padX - int64_t{kx} * d.dilationX;
      if (left < 0 || static_cast<uint32_t>(left) % d.strideX != 0)
        continue;
      const int64_t column = static_cast<uint32_t>(left) / d.strideX;
      if (column < d.out.width)
        visit(Segment<T>{accumulator + (row + column) * outputs,
                         (ky * d.kernelWidth + kx) * outputs, outputs});
    }
  }
}

/// Adds the events of pixel (y, x). Few events have a loop of their own, without a branch to mispredict.
template <typename T>
HWY_INLINE void addPixel(const Delivery<T> &d, const Pixel<T> &pixel, uint32_t y, uint32_t x,
                         T *accumulator) {
  const size_t perChannel = size_t{d.kernelHeight} * d.kernelWidth * d.out.channels;
  const T *weights = d.weights.data();
  auto add = [&](auto events) HWY_ATTR {
    forSegments(d, y, x, accumulator, [&](const Segment<T> &segment) HWY_ATTR {
      addSegment<decltype(events)::value>(pixel, perChannel, weights, segment);
    });
  };
  switch (pixel.count) {
  case 0:
    return;
  case 1:
    return add(std::integral_constant<int, 1>());
  case 2:
    return add(std::integral_constant<int, 2>());
  case 3:
    return add(std::integral_constant<int, 3>());
  case 4:
    return add(std::integral_constant<int, 4>());
  default:
    return add(std::integral_constant<int, 0>());
  }
}

/// For each byte: the places of its bits, from the lowest on.
struct BitPlaces {
  uint8_t places[256][8] = {};
  constexpr BitPlaces() {
    for (int byte = 0; byte < 256; ++byte)
      for (int bit = 0, count = 0; bit < 8; ++bit)
        if (byte >> bit & 1)
          places[byte][count++] = static_cast<uint8_t>(bit);
  }
};
constexpr BitPlaces kBitPlaces;

/// Appends the channels whose bit is set, of up to 64 from `channel` on: eight at a time, without a branch
/// on any of them.
template <typename T>
HWY_INLINE uint32_t listBits(uint64_t bits, uint32_t channel,
                             uint32_t (&list)[Pixel<T>::kMost + 8]) {
  uint32_t count = 0;
  for (; bits != 0; bits >>= 8, channel += 8) {
    const uint8_t *places = kBitPlaces.places[bits & 255];
    for (int i = 0; i < 8; ++i)
      list[count + i] = channel + places[i];
    count += static_cast<uint32_t>(__builtin_popcountll(bits & 255));
  }
  return count;
}

template <typename T>
void convolveBits(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  const uint32_t channels = d.in.channels;
  const bool isSigned = events.form == Events<T>::Form::Signed;
  Pixel<T> pixel;
  uint32_t list[Pixel<T>::kMost + 8];
  size_t first = 0;
  for (uint32_t y = 0; y < d.in.height; ++y)
    for (uint32_t x = 0; x < d.in.width; ++x, first += channels)
      for (uint32_t c = 0; c < channels; c += 64) {
        const uint32_t part = std::min(64u, channels - c);
        const uint64_t bits = getBits(events.fired, first + c, part);
        if (bits == 0)
          continue;
        const uint64_t negative = isSigned ? getBits(events.negative, first + c, part) : 0;
        pixel.count = listBits<T>(bits, c, list);
        for (uint32_t i = 0; i < pixel.count; ++i) {
          pixel.channel[i] = list[i];
          pixel.worth[i] = negative >> (list[i] - c) & 1 ? -events.uniform : events.uniform;
        }
        addPixel(d, pixel, y, x, accumulator);
      }
}

template <typename T>
void convolveList(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  uint32_t y = 0, x = 0, first = 0; // the pixel of the last event, and its first channel
  Pixel<T> pixel;
  for (uint32_t i = 0; i < events.count; ++i) {
    const uint32_t element = events.index[i];
    if (element >= first + d.in.channels || pixel.count == Pixel<T>::kMost) {
      addPixel(d, pixel, y, x, accumulator);
      pixel.count = 0;
    }
    for (; element >= first + d.in.channels; first += d.in.channels)
      if (++x == d.in.width) {
        x = 0;
        ++y;
      }
    pixel.channel[pixel.count] = element - first;
    pixel.worth[pixel.count++] = events.value[i];
  }
  addPixel(d, pixel, y, x, accumulator);
}

template <typename T>
void convolveEvents(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  if (events.form == Events<T>::Form::Graded)
    convolveList(d, events, accumulator);
  else if (events.count > 0)
    convolveBits(d, events, accumulator);
}

/// `count` numbers of a row of outputs, the others 0.
template <typename T>
HWY_INLINE Vector<T> loadPart(const T *from, uint32_t count) {
  const Tag<T> tag;
  return count >= hn::Lanes(tag) ? hn::LoadU(tag, from)
                                 : hn::MaskedLoad(hn::FirstN(tag, count), tag, from);
}
template <typename T>
HWY_INLINE void storePart(Vector<T> value, T *to, uint32_t count) {
  const Tag<T> tag;
  if (count >= hn::Lanes(tag))
    hn::StoreU(value, tag, to);
  else
    hn::BlendedStore(value, hn::FirstN(tag, count), tag, to);
}

/// Where a block of outputs begins: kPixels neighbours in a row, kVectors vectors of their channels.
struct Block {
  uint32_t y, x, channel;
};

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

/// Every input times its weight.
template <int kPixels, int kVectors, typename T>
HWY_INLINE void denseBlock(const Delivery<T> &d, const T *values, Block block, T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag), channels = d.in.channels;
  const size_t rowValues = size_t{d.paddedWidth()} * channels,
               stride = size_t{d.strideX} * channels;
  const uint32_t runs = d.dilationX == 1 ? 1 : d.kernelWidth;
  const uint32_t length = d.dilationX == 1 ? d.kernelWidth * channels : channels;
  T *first =
      accumulator + (size_t{block.y} * d.out.width + block.x) * d.out.channels + block.channel;
  const uint32_t count = d.out.channels - block.channel;
  Vector<T> sums[kPixels][kVectors];
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      sums[p][v] = v * lanes < count
                       ? loadPart(first + p * d.out.channels + v * lanes, count - v * lanes)
                       : hn::Zero(tag);
  const T *weights = d.dense.data() + block.channel;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
    for (uint32_t run = 0; run < runs; ++run) {
      const T *value = values + (size_t{block.y} * d.strideY + ky * d.dilationY) * rowValues +
                       size_t{block.x} * stride + size_t{run} * d.dilationX * channels;
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
    }
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v)
      if (v * lanes < count)
        storePart<T>(sums[p][v], first + p * d.out.channels + v * lanes, count - v * lanes);
}

#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
/// Every pair of inputs times its weights.
template <int kPixels, int kVectors>
HWY_INLINE void pairBlock(const Delivery<int32_t> &d, const int16_t *values, Block block,
                          int32_t *accumulator) {
  const Tag<int32_t> tag;
  const hn::Repartition<int16_t, decltype(tag)> shorts;
  const uint32_t lanes = hn::Lanes(tag), channels = d.in.channels;
  const size_t rowValues = size_t{d.paddedWidth()} * channels,
               stride = size_t{d.strideX} * channels;
  const uint32_t runs = d.dilationX == 1 ? 1 : d.kernelWidth;
  const uint32_t length = d.dilationX == 1 ? d.kernelWidth * channels : channels;
  int32_t *first =
      accumulator + (size_t{block.y} * d.out.width + block.x) * d.out.channels + block.channel;
  const uint32_t count = d.out.channels - block.channel;
  Vector<int32_t> sums[kPixels][kVectors];
  for (int p = 0; p < kPixels; ++p)
    for (uint32_t v = 0; v < kVectors; ++v)
      sums[p][v] = v * lanes < count
                       ? loadPart(first + p * d.out.channels + v * lanes, count - v * lanes)
                       : hn::Zero(tag);
  const int16_t *weights = d.pairs.data() + 2 * block.channel;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
    for (uint32_t run = 0; run < runs; ++run) {
      const int16_t *value = values + (size_t{block.y} * d.strideY + ky * d.dilationY) * rowValues +
                             size_t{block.x} * stride + size_t{run} * d.dilationX * channels;
      for (uint32_t c = 0; c < length; c += 2, weights += 2 * size_t{d.paddedOutputs}) {
        hn::Vec<decltype(shorts)> row[kVectors];
        for (uint32_t v = 0; v < kVectors; ++v)
          row[v] = hn::LoadU(shorts, weights + 2 * v * lanes);
        for (int p = 0; p < kPixels; ++p) {
          int32_t pair;
          std::memcpy(&pair, value + p * stride + c, sizeof(pair));
          const auto factor = hn::BitCast(shorts, hn::Set(tag, pair));
          auto unused = hn::Zero(tag); // this instruction needs one sum only
          for (uint32_t v = 0; v < kVectors; ++v)
            sums[p][v] = hn::ReorderWidenMulAccumulate(tag, factor, row[v], sums[p][v], unused);
        }
      }
    }
  for (int p = 0; p < kPixels; ++p)
    for (uint32_t v = 0; v < kVectors; ++v)
      if (v * lanes < count)
        storePart<int32_t>(sums[p][v], first + p * d.out.channels + v * lanes, count - v * lanes);
}
#endif

/// Calls `visit(block)` for blocks of `pixels` outputs and then for those left over in each row.
template <typename T, typename Wide, typename Narrow>
HWY_INLINE void forPixels(const Delivery<T> &d, uint32_t pixels, uint32_t channel, Wide wide,
                          Narrow narrow) {
  for (uint32_t y = 0; y < d.out.height; ++y) {
    uint32_t x = 0;
    for (; x + pixels <= d.out.width; x += pixels)
      wide(Block{y, x, channel});
    for (; x < d.out.width; ++x)
      narrow(Block{y, x, channel});
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
  forPixels(
      d, 4, channel,
      [&](Block b) HWY_ATTR { tableBlock<4, kVectors>(d, input(b), table, worth, b, accumulator); },
      [&](Block b)
          HWY_ATTR { tableBlock<1, kVectors>(d, input(b), table, worth, b, accumulator); });
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

template <typename T>
void convolveDense(const Delivery<T> &d, const T *values, T *accumulator) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  for (uint32_t channel = 0; channel < d.out.channels;) {
    const bool isWide = channel + 2 * lanes <= d.paddedOutputs;
    if (isWide)
      forPixels(
          d, 4, channel, [&](Block b) HWY_ATTR { denseBlock<4, 2>(d, values, b, accumulator); },
          [&](Block b) HWY_ATTR { denseBlock<1, 2>(d, values, b, accumulator); });
    else
      forPixels(
          d, 4, channel, [&](Block b) HWY_ATTR { denseBlock<4, 1>(d, values, b, accumulator); },
          [&](Block b) HWY_ATTR { denseBlock<1, 1>(d, values, b, accumulator); });
    channel += isWide ? 2 * lanes : lanes;
  }
}

void convolvePairsHere(const Delivery<int32_t> &d, const int16_t *values, int32_t *accumulator) {
#if HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR
  const uint32_t lanes = hn::Lanes(Tag<int32_t>());
  for (uint32_t channel = 0; channel < d.out.channels;) {
    const bool isWide = channel + 2 * lanes <= d.paddedOutputs;
    if (isWide)
      forPixels(
          d, 4, channel, [&](Block b) HWY_ATTR { pairBlock<4, 2>(d, values, b, accumulator); },
          [&](Block b) HWY_ATTR { pairBlock<1, 2>(d, values, b, accumulator); });
    else
      forPixels(
          d, 4, channel, [&](Block b) HWY_ATTR { pairBlock<4, 1>(d, values, b, accumulator); },
          [&](Block b) HWY_ATTR { pairBlock<1, 1>(d, values, b, accumulator); });
    channel += isWide ? 2 * lanes : lanes;
  }
#else
  const uint32_t runs = d.dilationX == 1 ? 1 : d.kernelWidth;
  const uint32_t length = d.dilationX == 1 ? d.kernelWidth * d.in.channels : d.in.channels;
  for (uint32_t y = 0; y < d.out.height; ++y)
    for (uint32_t x = 0; x < d.out.width; ++x, accumulator += d.out.channels) {
      const int16_t *weights = d.pairs.data();
      for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
        for (uint32_t run = 0; run < runs; ++run) {
          const size_t row = size_t{y} * d.strideY + ky * d.dilationY;
          const size_t column = size_t{x} * d.strideX + size_t{run} * d.dilationX;
          const int16_t *value = values + (row * d.paddedWidth() + column) * d.in.channels;
          for (uint32_t c = 0; c < length; c += 2, weights += 2 * size_t{d.paddedOutputs})
            for (uint32_t o = 0; o < d.out.channels; ++o)
              accumulator[o] += value[c] * weights[2 * o] + value[c + 1] * weights[2 * o + 1];
        }
    }
#endif
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
  void convolveEvents##Suffix(const Delivery<T> &d, const Events<T> &events, T *accumulator) {     \
    convolveEvents(d, events, accumulator);                                                        \
  }                                                                                                \
  void convolveTable##Suffix(const Delivery<T> &d, const uint8_t *codes, T worth,                  \
                             T *accumulator) {                                                     \
    convolveTable(d, codes, worth, accumulator);                                                   \
  }                                                                                                \
  void convolveDense##Suffix(const Delivery<T> &d, const T *values, T *accumulator) {              \
    convolveDense(d, values, accumulator);                                                         \
  }                                                                                                \
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
  HWY_EXPORT(convolveEvents##Suffix);                                                              \
  HWY_EXPORT(convolveTable##Suffix);                                                               \
  HWY_EXPORT(convolveDense##Suffix);                                                               \
  HWY_EXPORT(addRows##Suffix);                                                                     \
  HWY_EXPORT(addMasked##Suffix);                                                                   \
  HWY_EXPORT(addScaled##Suffix);                                                                   \
  HWY_EXPORT(addValues##Suffix);                                                                   \
  template <>                                                                                      \
  void convolveEvents(const Delivery<T> &d, const Events<T> &events, T *accumulator) {             \
    HWY_DYNAMIC_DISPATCH(convolveEvents##Suffix)(d, events, accumulator);                          \
  }                                                                                                \
  template <>                                                                                      \
  void convolveTable(const Delivery<T> &d, const uint8_t *codes, T worth, T *accumulator) {        \
    HWY_DYNAMIC_DISPATCH(convolveTable##Suffix)(d, codes, worth, accumulator);                     \
  }                                                                                                \
  template <>                                                                                      \
  void convolveDense(const Delivery<T> &d, const T *values, T *accumulator) {                      \
    HWY_DYNAMIC_DISPATCH(convolveDense##Suffix)(d, values, accumulator);                           \
  }                                                                                                \
  template <>                                                                                      \
  void addRows(const T *weights, uint32_t columns, const uint32_t *index, const T *worth,          \
               uint32_t count, T *accumulator) {                                                   \
    HWY_DYNAMIC_DISPATCH(addRows##Suffix)(weights, columns, index, worth, count, accumulator);     \
  }                                                                                                \
  template <>                                                                                      \
  void addMasked(const Events<T> &events, size_t first, uint32_t count, T *accumulator) {          \
    HWY_DYNAMIC_DISPATCH(addMasked##Suffix)(events, first, count, accumulator);                    \
  }                                                                                                \
  template <>                                                                                      \
  void addScaled(const T *values, T factor, uint32_t count, T *accumulator) {                      \
    HWY_DYNAMIC_DISPATCH(addScaled##Suffix)(values, factor, count, accumulator);                   \
  }                                                                                                \
  template <>                                                                                      \
  void addValues(const T *values, uint32_t count, T *accumulator) {                                \
    HWY_DYNAMIC_DISPATCH(addValues##Suffix)(values, count, accumulator);                           \
  }
HWY_EXPORT(convolvePairsHere);
void convolvePairs(const Delivery<int32_t> &d, const int16_t *values, int32_t *accumulator) {
  HWY_DYNAMIC_DISPATCH(convolvePairsHere)(d, values, accumulator);
}

SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
SNN_DISPATCH(int32_t, I32)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
