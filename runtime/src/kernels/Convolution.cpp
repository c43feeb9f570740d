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

/// One event of a convolution whose stride and dilation along a row are 1: a row of weights for every
/// tap row, cut where the window leaves the output.
template <typename T>
HWY_INLINE void addWindowRows(const Delivery<T> &d, const T *weights, int32_t y, int32_t x, T value,
                              T *accumulator) {
  const int32_t outputs = d.out.channels, width = d.kernelWidth;
  const int32_t left = x + static_cast<int32_t>(d.padX) - (width - 1);
  const int32_t cut = std::max(0, -left);
  const int32_t taps = std::min<int32_t>(width, static_cast<int32_t>(d.out.width) - left) - cut;
  if (taps <= 0)
    return;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    const int32_t top = y + static_cast<int32_t>(d.padY) - static_cast<int32_t>(ky * d.dilationY);
    const int32_t row = top / static_cast<int32_t>(d.strideY);
    if (top < 0 || row * static_cast<int32_t>(d.strideY) != top ||
        row >= static_cast<int32_t>(d.out.height))
      continue;
    addRow(weights + (static_cast<int32_t>(ky) * width + cut) * outputs, value,
           static_cast<uint32_t>(taps * outputs),
           accumulator + (int64_t{row} * d.out.width + left + cut) * outputs);
  }
}

/// One event of any other plain convolution: a row of weights for every tap.
template <typename T>
HWY_INLINE void addWindows(const Delivery<T> &d, const T *weights, uint32_t y, uint32_t x, T value,
                           T *accumulator) {
  const uint32_t outputs = d.out.channels;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    const int64_t top = int64_t{y} + d.padY - int64_t{ky} * d.dilationY;
    if (top < 0 || top % d.strideY != 0 || top / d.strideY >= d.out.height)
      continue;
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
      const int64_t left = int64_t{x} + d.padX - int64_t{kx} * d.dilationX;
      if (left < 0 || left % d.strideX != 0 || left / d.strideX >= d.out.width)
        continue;
      addRow(weights + (ky * d.kernelWidth + kx) * outputs, value, outputs,
             accumulator + (top / d.strideY * d.out.width + left / d.strideX) * outputs);
    }
  }
}

/// Events::forEach, compiled for this instruction set.
template <typename T, typename Visit>
HWY_INLINE void forEvents(const Events<T> &events, Visit visit) {
  if (events.form == Events<T>::Form::Graded) {
    for (uint32_t i = 0; i < events.count; ++i)
      visit(events.index[i], events.value[i]);
    return;
  }
  const bool isSigned = events.form == Events<T>::Form::Signed;
  for (size_t word = 0; word < events.fired.size(); ++word) {
    const uint64_t negative = isSigned ? events.negative[word] : 0;
    for (uint64_t bits = events.fired[word]; bits != 0; bits &= bits - 1) {
      const int bit = __builtin_ctzll(bits);
      visit(static_cast<uint32_t>(word * 64 + bit),
            (negative >> bit) & 1 ? -events.uniform : events.uniform);
    }
  }
}

template <typename T>
void convolveEvents(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  const bool wholeRows = d.hasReversedTaps();
  const size_t perChannel = size_t{d.kernelHeight} * d.kernelWidth * d.out.channels;
  uint32_t y = 0, x = 0, first = 0; // the pixel of the last event, and its first channel
  forEvents(events, [&](uint32_t element, T value) HWY_ATTR {
    while (element >= first + d.in.channels) {
      first += d.in.channels;
      if (++x == d.in.width) {
        x = 0;
        ++y;
      }
    }
    const T *weights = d.weights.data() + (element - first) * perChannel;
    if (wholeRows)
      addWindowRows(d, weights, static_cast<int32_t>(y), static_cast<int32_t>(x), value,
                    accumulator);
    else
      addWindows(d, weights, y, x, value, accumulator);
  });
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

/// Sums of four weights each, from the table.
template <int kPixels, int kVectors, typename T>
HWY_INLINE void tableBlock(const Delivery<T> &d, const uint8_t *codes, T worth, Block block,
                           T *accumulator) {
  const Tag<T> tag;
  const uint32_t lanes = hn::Lanes(tag), groups = d.in.channels / 4;
  const size_t rowCodes = size_t{d.paddedWidth()} * groups, stride = size_t{d.strideX} * groups;
  // Taps next to each other are one long tap.
  const uint32_t runs = d.dilationX == 1 ? 1 : d.kernelWidth;
  const uint32_t length = d.dilationX == 1 ? d.kernelWidth * groups : groups;
  Vector<T> sums[kPixels][kVectors];
  for (auto &pixel : sums)
    for (auto &sum : pixel)
      sum = hn::Zero(tag);
  const T *table = d.table.data() + block.channel;
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
    for (uint32_t run = 0; run < runs; ++run) {
      const uint8_t *code = codes + (size_t{block.y} * d.strideY + ky * d.dilationY) * rowCodes +
                            size_t{block.x} * stride + size_t{run} * d.dilationX * groups;
      for (uint32_t g = 0; g < length; ++g, table += size_t{16} * d.paddedOutputs)
        for (int p = 0; p < kPixels; ++p) {
          const T *row = table + size_t{code[p * stride + g]} * d.paddedOutputs;
          for (int v = 0; v < kVectors; ++v)
            sums[p][v] = hn::Add(sums[p][v], hn::LoadU(tag, row + v * lanes));
        }
    }
  const Vector<T> factor = hn::Set(tag, worth);
  for (int p = 0; p < kPixels; ++p)
    for (int v = 0; v < kVectors; ++v) {
      const uint32_t channel = block.channel + v * lanes;
      if (channel >= d.out.channels)
        break;
      T *to =
          accumulator + (size_t{block.y} * d.out.width + block.x + p) * d.out.channels + channel;
      const uint32_t count = d.out.channels - channel;
      storePart<T>(hn::Add(loadPart(to, count), hn::Mul(factor, sums[p][v])), to, count);
    }
}

/// Every input times its weight.
template <int kPixels, int kVectors, typename T>
HWY_INLINE void denseBlock(const Delivery<T> &d, const T *values, T, Block block, T *accumulator) {
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

template <typename T>
void convolveTable(const Delivery<T> &d, const uint8_t *codes, T worth, T *accumulator) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  uint32_t channel = 0;
  for (; channel + 2 * lanes <= d.paddedOutputs; channel += 2 * lanes)
    forPixels(
        d, 4, channel, [&](Block b) HWY_ATTR { tableBlock<4, 2>(d, codes, worth, b, accumulator); },
        [&](Block b) HWY_ATTR { tableBlock<1, 2>(d, codes, worth, b, accumulator); });
  for (; channel < d.out.channels; channel += lanes)
    forPixels(
        d, 4, channel, [&](Block b) HWY_ATTR { tableBlock<4, 1>(d, codes, worth, b, accumulator); },
        [&](Block b) HWY_ATTR { tableBlock<1, 1>(d, codes, worth, b, accumulator); });
}

template <typename T>
void convolveDense(const Delivery<T> &d, const T *values, T *accumulator) {
  const uint32_t lanes = hn::Lanes(Tag<T>());
  uint32_t channel = 0;
  for (; channel + 2 * lanes <= d.paddedOutputs; channel += 2 * lanes)
    forPixels(
        d, 4, channel, [&](Block b) HWY_ATTR { denseBlock<4, 2>(d, values, T{0}, b, accumulator); },
        [&](Block b) HWY_ATTR { denseBlock<1, 2>(d, values, T{0}, b, accumulator); });
  for (; channel < d.out.channels; channel += lanes)
    forPixels(
        d, 4, channel, [&](Block b) HWY_ATTR { denseBlock<4, 1>(d, values, T{0}, b, accumulator); },
        [&](Block b) HWY_ATTR { denseBlock<1, 1>(d, values, T{0}, b, accumulator); });
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
SNN_DISPATCH(float, F32)
SNN_DISPATCH(double, F64)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
