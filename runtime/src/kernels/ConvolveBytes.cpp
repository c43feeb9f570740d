//===- Convolutions of 8-bit weights, event by event ----------------------------------------------------------===//
//
// Events that are bits select rows of weights, which are added up in 16 bits: sixteen a vector. The sums of the rows
// of outputs that a row of inputs reaches stay in the first-level cache; a row that has got all of its events is
// multiplied by what an event is worth, added to the accumulator, and empty again.
//
//===------------------------------------------------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveBytes.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A row of weights is a whole number of vectors.
using Shorts = hn::CappedTag<int16_t, kRowMultiple>;
using Bytes = hn::Rebind<int8_t, Shorts>;
constexpr uint32_t kLanes = hn::MaxLanes(Shorts());

/// A row of outputs that a row of inputs reaches: its sums, and the weights of the first channel for it.
struct Line {
  const int8_t *weights;
  int16_t *sums;
};

/// The events of some channels of a row of inputs, and the taps that they take.
struct Row {
  const Delivery<int32_t> &delivery;
  const Events<int32_t> &events;
  const ByteWeights::Taps &taps;
  size_t first; ///< the element that the row begins with
  Range channels;
};

/// The events of up to 64 channels of a pixel.
struct Bits {
  uint64_t fired, negative; ///< negative: 0 where they are uniform
};

template <int kLines, int kVectors>
using Sums = hn::Vec<Shorts>[kLines][kVectors];

/// Adds the weights of some channels, or subtracts them.
template <bool kNegative, int kLines, int kVectors>
HWY_INLINE void addWeights(uint64_t channels, size_t perChannel, const Line (&lines)[kLines],
                           Sums<kLines, kVectors> &sums) {
  const Shorts tag;
  for (; channels != 0; channels &= channels - 1) {
    const size_t row = static_cast<size_t>(__builtin_ctzll(channels)) * perChannel;
    for (int l = 0; l < kLines; ++l)
      for (int v = 0; v < kVectors; ++v) {
        const auto weight =
            hn::PromoteTo(tag, hn::Load(Bytes(), lines[l].weights + row + v * kLanes));
        sums[l][v] = kNegative ? hn::Sub(sums[l][v], weight) : hn::Add(sums[l][v], weight);
      }
  }
}

/// Sums of some lines stay in registers while the events of the pixel are added. Two loops, of which each adds a
/// weight by one instruction, take less time than one that looks at every event's sign.
template <bool kSigned, int kLines, int kVectors>
HWY_INLINE void addPixel(Bits bits, size_t perChannel, const Line (&lines)[kLines], size_t to) {
  const Shorts tag;
  Sums<kLines, kVectors> sums;
  for (int l = 0; l < kLines; ++l)
    for (int v = 0; v < kVectors; ++v)
      sums[l][v] = hn::Load(tag, lines[l].sums + to + v * kLanes);
  addWeights<false, kLines, kVectors>(bits.fired & ~bits.negative, perChannel, lines, sums);
  if constexpr (kSigned)
    addWeights<true, kLines, kVectors>(bits.fired & bits.negative, perChannel, lines, sums);
  for (int l = 0; l < kLines; ++l)
    for (int v = 0; v < kVectors; ++v)
      hn::Store(sums[l][v], tag, lines[l].sums + to + v * kLanes);
}

/// Up to 64 bits from `first` on, those of `mask`, which all are there.
HWY_INLINE uint64_t getBits(const uint64_t *words, size_t first, uint32_t count, uint64_t mask) {
  const size_t word = first / 64, shift = first % 64;
  uint64_t bits = words[word] >> shift;
  if (shift + count > 64)
    bits |= words[word + 1] << (64 - shift);
  return bits & mask;
}

/// Adds the events of a row of inputs to `kVectors` vectors of the sums of a pixel on each line, from `offset` on. The
/// stores of sums might change anything in memory that is not in a variable here.
template <bool kSigned, int kLines, int kVectors>
HWY_NOINLINE void addVectors(const Row &row, const Line *first, uint32_t offset) {
  const Delivery<int32_t> &d = row.delivery;
  const ByteWeights::Taps taps = row.taps;
  const size_t perChannel = size_t{d.kernelHeight} * d.kernelWidth * d.paddedOutputs;
  const size_t step = size_t{taps.step} * d.in.channels, perPixel = d.paddedOutputs;
  const uint64_t *fired = row.events.fired.data(), *negative = row.events.negative.data();
  const Range channels = row.channels;
  for (uint32_t c = channels.begin; c < channels.end; c += 64) {
    const uint32_t part = std::min(64u, channels.end - c);
    const uint64_t mask = ~uint64_t{0} >> (64 - part);
    Line lines[kLines];
    for (int l = 0; l < kLines; ++l)
      lines[l] = {first[l].weights + c * perChannel + taps.weights + offset,
                  first[l].sums + taps.sums + offset};
    size_t element = row.first + size_t{taps.column} * d.in.channels + c, to = 0;
    for (uint32_t left = taps.count; left > 0; --left, element += step, to += perPixel) {
      const Bits bits{getBits(fired, element, part, mask),
                      kSigned ? getBits(negative, element, part, mask) : 0};
      if (bits.fired != 0)
        addPixel<kSigned, kLines, kVectors>(bits, perChannel, lines, to);
    }
  }
}

/// As many vectors at a time as registers hold.
template <bool kSigned, int kLines>
void addLines(const Row &row, const Line *lines) {
  constexpr int kMax = 12 / kLines;
  uint32_t i = 0;
  const uint32_t count = row.taps.length;
  auto add = [&]<int kVectors>(std::integral_constant<int, kVectors>) {
    for (; i + kVectors * kLanes <= count; i += kVectors * kLanes)
      addVectors<kSigned, kLines, kVectors>(row, lines, i);
  };
  add(std::integral_constant<int, kMax>());
  if constexpr (kMax > 6)
    add(std::integral_constant<int, 6>());
  if constexpr (kMax > 3)
    add(std::integral_constant<int, 3>());
  add(std::integral_constant<int, 1>());
}

template <bool kSigned>
void addRow(const Row &row, const Line *lines, uint32_t count) {
  uint32_t l = 0;
  if (row.taps.length <= 4 * kLanes)
    for (; l + 3 <= count; l += 3)
      addLines<kSigned, 3>(row, lines + l);
  if (row.taps.length <= 6 * kLanes)
    for (; l + 2 <= count; l += 2)
      addLines<kSigned, 2>(row, lines + l);
  for (; l < count; ++l)
    addLines<kSigned, 1>(row, lines + l);
}

/// Adds `factor` times a row of sums to the accumulator, and makes them 0.
HWY_INLINE void moveRow(const Delivery<int32_t> &d, int32_t factor, int16_t *sums, int32_t *to) {
  const hn::CappedTag<int32_t, kRowMultiple> tag;
  const hn::Rebind<int16_t, decltype(tag)> narrow;
  constexpr uint32_t kWide = hn::MaxLanes(tag);
  const auto worth = hn::Set(tag, factor);
  // Pixels without padding are one.
  const bool isWhole = d.paddedOutputs == d.out.channels;
  const uint32_t pixels = isWhole ? 1 : d.out.width,
                 channels = isWhole ? d.out.width * d.out.channels : d.out.channels;
  const int16_t *from = sums + d.bytes.margin;
  for (uint32_t x = 0; x < pixels; ++x, from += d.paddedOutputs, to += channels) {
    uint32_t o = 0;
    for (; o + kWide <= channels; o += kWide) {
      const auto sum = hn::PromoteTo(tag, hn::LoadU(narrow, from + o));
      hn::StoreU(hn::Add(hn::LoadU(tag, to + o), hn::Mul(worth, sum)), tag, to + o);
    }
    for (; o < channels; ++o)
      to[o] += factor * from[o];
  }
  std::fill_n(sums, d.bytes.rowLength, int16_t{0});
}

template <bool kSigned>
void convolveBytes(const Delivery<int32_t> &d, const Events<int32_t> &events, int16_t *sums,
                   int32_t *accumulator, Range rows) {
  rows.end = rows.endOf(d.out.height);
  const Range inputs = d.inputsOf(rows);
  const int32_t factor = events.uniform * (1 << d.shift);
  const size_t perLine = size_t{d.kernelWidth} * d.paddedOutputs;
  auto sumsOf = [&](uint32_t row) { return sums + row % d.bytes.rows * d.bytes.rowLength; };
  auto toRow = [&](uint32_t y) { return d.strideY == 1 ? y : y / d.strideY; };
  Line lines[ByteWeights::kMaxLines];
  for (uint32_t c = 0; c < d.in.channels; c += d.bytes.channels) {
    const Range channels{c, std::min(c + d.bytes.channels, d.in.channels)};
    uint32_t done = rows.begin;
    auto finish = [&](uint32_t end) HWY_ATTR {
      for (; done < end; ++done)
        moveRow(d, factor, sumsOf(done), accumulator + size_t{done} * d.out.width * d.out.channels);
    };
    for (uint32_t y = inputs.begin; y < inputs.end; ++y) {
      const uint32_t bottom = y + d.padY, height = (d.kernelHeight - 1) * d.dilationY;
      // Rows of outputs that get nothing from here on leave their place.
      if (bottom > height)
        finish(std::min(rows.end, toRow(bottom - height - 1) + 1));
      uint32_t count = 0;
      for (uint32_t ky = 0; ky < d.kernelHeight && bottom >= ky * d.dilationY; ++ky) {
        const uint32_t top = bottom - ky * d.dilationY, row = toRow(top);
        if (row * d.strideY == top && rows.has(row))
          lines[count++] = {d.bytes.numbers.data() + ky * perLine, sumsOf(row)};
      }
      for (const ByteWeights::Taps &taps : d.bytes.taps)
        addRow<kSigned>({d, events, taps, size_t{y} * d.in.width * d.in.channels, channels}, lines,
                        count);
    }
    finish(rows.end);
  }
}

void convolveBytesHere(const Delivery<int32_t> &d, const Events<int32_t> &events, int16_t *sums,
                       int32_t *accumulator, Range rows) {
  if (events.count == 0)
    return;
  if (events.form == Events<int32_t>::Form::Signed)
    convolveBytes<true>(d, events, sums, accumulator, rows);
  else
    convolveBytes<false>(d, events, sums, accumulator, rows);
}

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

HWY_EXPORT(convolveBytesHere);
void convolveBytes(const Delivery<int32_t> &d, const Events<int32_t> &events, int16_t *sums,
                   int32_t *accumulator, Range rows) {
  HWY_DYNAMIC_DISPATCH(convolveBytesHere)(d, events, sums, accumulator, rows);
}

} // namespace snn::detail::kernels
#endif
