//===- The weights of plain convolutions, as the vectorized kernels take them -----------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/plan/Deliveries.h"
#include <hwy/detect_compiler_arch.h>

namespace snn::detail {

namespace {

/// Integer weights of 16 bits once more, those of two neighbours of a run of `length` side by side: inputs, or of a depthwise
/// convolution taps. `dense` has a row for each.
template <typename T>
void arrangePairs([[maybe_unused]] Delivery<T> &d, [[maybe_unused]] uint32_t length) {
#if HWY_ARCH_X86
  if constexpr (std::is_same_v<T, int32_t>) {
    auto fits = [](int32_t weight) { return weight == static_cast<int16_t>(weight); };
    if (!std::all_of(d.dense.begin(), d.dense.end(), fits))
      return;
    constexpr size_t kRow = kernels::kRowMultiple;
    const size_t panel = d.pairsOfPanel(), rows = d.dense.size() / d.paddedOutputs;
    d.pairs.assign(panel * d.paddedOutputs / kRow, 0);
    for (size_t row = 0; row < rows; ++row) {
      const size_t i = row % length, pair = row / length * ((length + 1) / 2) + i / 2;
      for (size_t o = 0; o < d.paddedOutputs; ++o)
        d.pairs[o / kRow * panel + (pair * kRow + o % kRow) * 2 + i % 2] =
            static_cast<int16_t>(d.dense[row * d.paddedOutputs + o]);
    }
  }
#endif
}

/// Integer weights of 8 bits once more, for four products at a time.
void arrangeQuads(Delivery<int32_t> &d) {
  auto fits = [&](int32_t weight) {
    return weight >> d.shift == static_cast<int8_t>(weight >> d.shift);
  };
  if (!kernels::hasQuads() || !std::all_of(d.dense.begin(), d.dense.end(), fits))
    return;
  const uint32_t length = d.runLength(), runs = d.kernelHeight * d.runCount();
  const uint32_t quads = (length + 3) / 4, row = d.paddedOutputs;
  d.quads.shift = d.shift;
  d.quads.starts.resize(row);
  d.quads.weights.resize(size_t{runs} * quads * 4 * row);
  int8_t *to = d.quads.weights.data();
  for (uint32_t first = 0, count; first < row; first += count) {
    const uint32_t left = row - first;
    count = left >= 64 ? 64 : left >= 32 ? 32 : 16;
    for (uint32_t run = 0; run < runs; ++run)
      for (uint32_t quad = 0; quad < quads; ++quad)
        for (uint32_t o = first; o < first + count; ++o)
          for (uint32_t i = quad * 4; i < quad * 4 + 4; ++i, ++to) {
            *to = static_cast<int8_t>(
                i < length ? d.dense[(size_t{run} * length + i) * row + o] >> d.shift : 0);
            d.quads.starts[o] -= 128 * *to;
          }
  }
}

/// The sums of neighbouring weights of an input row, for every pattern of their bits.
template <typename T, typename E>
void fillTable(const Delivery<T> &d, uint32_t shift, Aligned<E> &table) {
  constexpr uint32_t kOutputs = kernels::kTableOutputs<E>;
  uint32_t words = d.countWords(), taps = d.kernelHeight * d.kernelWidth;
  table.resize(size_t{taps} * words * kernels::kTableRows * d.paddedOutputs);
  E *row = table.data();
  for (uint32_t block = 0; block < d.paddedOutputs; block += kOutputs)
    for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
      for (uint32_t word = 0; word < words; ++word)
        for (uint32_t kx = 0; kx < d.kernelWidth; ++kx)
          for (const kernels::TablePattern &pattern : kernels::kTablePatterns) {
            uint32_t first = word * 16 + pattern.channel;
            uint32_t tap = ky * d.kernelWidth + kx;
            for (uint32_t bits = 0; bits < 1u << pattern.count; ++bits, row += kOutputs)
              for (uint32_t o = 0; o < kOutputs; ++o) {
                T sum = 0;
                for (uint32_t c = 0; c < pattern.count && first + c < d.in.channels; ++c)
                  if (bits >> c & 1)
                    sum += d.dense[(size_t{tap} * d.in.channels + first + c) * d.paddedOutputs +
                                   block + o];
                if constexpr (std::is_same_v<T, int32_t>)
                  sum >>= shift; // a multiple of it
                row[o] = static_cast<E>(sum);
              }
          }
}

/// At the end of every integer.
uint32_t countZeros(const Aligned<int32_t> &weights) {
  uint32_t common = 0; // bits of any weight
  for (int32_t weight : weights)
    common |= static_cast<uint32_t>(weight);
  return common == 0 ? 0 : static_cast<uint32_t>(__builtin_ctz(common));
}

/// The largest sum of magnitudes of an output's weights, those of `channels` from `first` on: no sum of some of them
/// exceeds it.
int64_t getReach(const Delivery<int32_t> &d, uint32_t first, uint32_t channels) {
  std::vector<int64_t> sums(d.paddedOutputs, 0);
  const uint32_t end = std::min(first + channels, d.in.channels);
  for (uint32_t tap = 0; tap < d.kernelHeight * d.kernelWidth; ++tap)
    for (uint32_t c = first; c < end; ++c)
      for (uint32_t o = 0; o < d.paddedOutputs; ++o)
        sums[o] +=
            std::abs(int64_t{d.dense[(size_t{tap} * d.in.channels + c) * d.paddedOutputs + o]});
  return *std::max_element(sums.begin(), sums.end());
}

/// Whether the sums fit in 16 bits, of weights that count 2^shift.
bool isShort(const Delivery<int32_t> &d, uint32_t first, uint32_t channels) {
  return getReach(d, first, channels) >> d.shift <= INT16_MAX;
}

/// How many channels' sums fit in 16 bits, whichever of that many are taken together; 0: not even those of one.
uint32_t countShortChannels(const Delivery<int32_t> &d) {
  uint32_t channels = d.in.channels;
  auto fit = [&] {
    for (uint32_t first = 0; first < d.in.channels; first += channels)
      if (!isShort(d, first, channels))
        return false;
    return true;
  };
  while (!fit()) {
    if (channels == 1)
      return 0;
    channels = (channels + 1) / 2;
  }
  return channels;
}

/// Where the taps of a line of the window go. Where they lie together, all of them go to sums from each column, some
/// beyond the ends of the row; else each from those columns that reach an output.
void arrangeTaps(const Delivery<int32_t> &d, ByteWeights &bytes) {
  const uint32_t row = d.paddedOutputs;
  if (d.hasReversedTaps()) {
    const uint32_t before = d.padX < d.kernelWidth ? d.kernelWidth - 1 - d.padX : 0;
    bytes.margin = before * row;
    bytes.rowLength = (before + std::max(d.out.width, d.in.width + d.padX)) * row;
    bytes.taps = {
        {0, d.in.width, 1, 0, (before + d.padX - (d.kernelWidth - 1)) * row, d.kernelWidth * row}};
    return;
  }
  bytes.rowLength = d.out.width * row;
  for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
    const int64_t shift = int64_t{kx} * d.dilationX - d.padX; // of the input from its output
    ByteWeights::Taps taps{0, 0, d.strideX, kx * row, 0, row};
    for (uint32_t x = 0; x < d.out.width; ++x) {
      const int64_t column = int64_t{x} * d.strideX + shift;
      if (column < 0 || column >= d.in.width)
        continue;
      if (taps.count++ == 0) {
        taps.column = static_cast<uint32_t>(column);
        taps.sums = x * row;
      }
    }
    if (taps.count > 0)
      bytes.taps.push_back(taps);
  }
}

void arrangeBytes(Delivery<int32_t> &d) {
  const uint32_t shift = d.shift;
  auto fits = [&](int32_t weight) {
    return weight >> shift == static_cast<int8_t>(weight >> shift);
  };
  if (d.kernelHeight > ByteWeights::kMaxLines ||
      !std::all_of(d.weights.begin(), d.weights.end(), fits))
    return;
  ByteWeights &bytes = d.bytes;
  bytes.channels = countShortChannels(d);
  if (bytes.channels == 0)
    return;
  bytes.rows = (d.kernelHeight - 1) * d.dilationY / d.strideY + 1;
  arrangeTaps(d, bytes);
  bytes.numbers.resize(d.weights.size() / d.out.channels * d.paddedOutputs);
  for (size_t i = 0; i < d.weights.size(); ++i)
    bytes.numbers[i / d.out.channels * d.paddedOutputs + i % d.out.channels] =
        static_cast<int8_t>(d.weights[i] >> shift);
}

/// How many numbers a row of so many outputs takes.
uint32_t padRow(uint32_t outputs) {
  return (outputs + kernels::kRowMultiple - 1) / kernels::kRowMultiple * kernels::kRowMultiple;
}

template <typename T>
void arrangeTable(Delivery<T> &d) {
  if constexpr (std::is_same_v<T, int32_t>)
    if (isShort(d, 0, d.in.channels))
      return fillTable(d, d.shift, d.shortTable);
  // A single window uses one row for a pattern in a step: a table that the cache does not keep gains nothing.
  const size_t words = size_t{d.kernelHeight} * d.kernelWidth * d.countWords();
  double bytes = static_cast<double>(words * kernels::kTableRows * d.paddedOutputs * sizeof(T));
  if (d.out.height * d.out.width > 1 || bytes <= d.costs.cacheBytes)
    fillTable(d, 0, d.table);
}

} // namespace

template <typename T>
void arrangeDepthwise(Delivery<T> &d) {
  const uint32_t channels = d.out.channels, taps = d.kernelHeight * d.kernelWidth;
  d.paddedOutputs = padRow(channels);
  d.dense.resize(size_t{taps} * d.paddedOutputs);
  for (uint32_t c = 0; c < channels; ++c)
    for (uint32_t tap = 0; tap < taps; ++tap)
      d.dense[size_t{tap} * d.paddedOutputs + c] = d.weights[size_t{c} * taps + tap];
  arrangePairs(d, taps);
  if constexpr (std::is_same_v<T, int32_t>)
    d.takesBytes = std::all_of(d.dense.begin(), d.dense.end(), [](int32_t weight) {
      return weight == static_cast<int16_t>(weight);
    });
}

template <typename T>
void arrangeWeights(const Stream &in, Delivery<T> &d) {
  uint32_t channels = d.in.channels, taps = d.kernelHeight * d.kernelWidth;
  d.paddedOutputs = padRow(d.out.channels);
  d.dense.resize(size_t{taps} * channels * d.paddedOutputs);
  for (uint32_t c = 0; c < channels; ++c)
    for (uint32_t tap = 0; tap < taps; ++tap)
      std::copy_n(d.weights.data() + (size_t{c} * taps + d.getPlace(tap)) * d.out.channels,
                  d.out.channels, d.dense.data() + (size_t{tap} * channels + c) * d.paddedOutputs);
  arrangePairs(d, d.runLength());
  if constexpr (std::is_same_v<T, int32_t>) {
    d.shift = countZeros(d.weights);
    arrangeQuads(d);
    if (in.isSpikes && Events<T>::getForm(in.code) != Events<T>::Form::Graded)
      arrangeBytes(d);
  }
  if (in.isSpikes && Events<T>::getForm(in.code) == Events<T>::Form::Uniform && channels % 4 == 0)
    arrangeTable(d);
}

#define SNN_INSTANTIATE(T)                                                                         \
  template void arrangeWeights(const Stream &, Delivery<T> &);                                     \
  template void arrangeDepthwise(Delivery<T> &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
