//===- Convolutions, event by event ---------------------------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveEvents.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

#include "runtime/src/kernels/Vectors-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

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
  static constexpr uint32_t kMax = 64;
  uint32_t channel[kMax];
  T worth[kMax];
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
/// the taps of a row together, else each tap. Only those in `rows`.
template <typename T, typename Visit>
HWY_INLINE void forSegments(const Delivery<T> &d, uint32_t y, uint32_t x, T *accumulator,
                            Range rows, Visit visit) {
  const uint32_t outputs = d.out.channels;
  const bool isReversed = d.hasReversedTaps();
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    int64_t top = int64_t{y} + d.padY - int64_t{ky} * d.dilationY;
    if (top < 0 || (d.strideY != 1 && static_cast<uint32_t>(top) % d.strideY != 0))
      continue;
    if (d.strideY != 1)
      top = static_cast<uint32_t>(top) / d.strideY;
    if (top < rows.begin || top >= rows.endOf(d.out.height))
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
                         T *accumulator, Range rows) {
  const size_t perChannel = size_t{d.kernelHeight} * d.kernelWidth * d.out.channels;
  const T *weights = d.weights.data();
  auto add = [&](auto events) HWY_ATTR {
    forSegments(d, y, x, accumulator, rows, [&](const Segment<T> &segment) HWY_ATTR {
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
                             uint32_t (&list)[Pixel<T>::kMax + 8]) {
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
void convolveBits(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range rows) {
  const uint32_t channels = d.in.channels;
  const bool isSigned = events.form == Events<T>::Form::Signed;
  Pixel<T> pixel;
  uint32_t list[Pixel<T>::kMax + 8];
  const Range inputs = d.inputsOf(rows);
  size_t first = size_t{inputs.begin} * d.in.width * channels;
  for (uint32_t y = inputs.begin; y < inputs.end; ++y)
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
        addPixel(d, pixel, y, x, accumulator, rows);
      }
}

template <typename T>
void convolveList(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range rows) {
  const uint32_t perRow = d.in.width * d.in.channels;
  const Range inputs = d.inputsOf(rows);
  uint32_t y = inputs.begin, x = 0,
           first = y * perRow; // the last event's pixel, and its first channel
  Pixel<T> pixel;
  for (uint32_t i = events.find(first); i < events.count; ++i) {
    const uint32_t element = events.index[i];
    if (element >= inputs.end * perRow)
      break;
    if (element >= first + d.in.channels || pixel.count == Pixel<T>::kMax) {
      addPixel(d, pixel, y, x, accumulator, rows);
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
  addPixel(d, pixel, y, x, accumulator, rows);
}

template <typename T>
void convolveEvents(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range rows) {
  if (events.form == Events<T>::Form::Graded)
    convolveList(d, events, accumulator, rows);
  else if (events.count > 0)
    convolveBits(d, events, accumulator, rows);
}

// What the dispatch table can name.
#define SNN_KERNELS(T, Suffix)                                                                     \
  void convolveEvents##Suffix(const Delivery<T> &d, const Events<T> &events, T *accumulator,       \
                              Range rows) {                                                        \
    convolveEvents(d, events, accumulator, rows);                                                  \
  }
SNN_FOR_NUMBERS(SNN_KERNELS)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, Suffix)                                                                    \
  HWY_EXPORT(convolveEvents##Suffix);                                                              \
  template <>                                                                                      \
  void convolveEvents(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range rows) { \
    HWY_DYNAMIC_DISPATCH(convolveEvents##Suffix)(d, events, accumulator, rows);                    \
  }
SNN_FOR_NUMBERS(SNN_DISPATCH)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
