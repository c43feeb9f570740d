#include "runtime/src/engine/settled/FinalInputs.h"

#include <algorithm>

namespace snn::detail {

namespace {

constexpr size_t kBehind = 64; ///< numbers that the kernels may read behind a plane

/// How many bytes hold numbers of this range, digits of base 256 from -128 to 127.
uint32_t countBytes(int32_t min, int32_t max) {
  int64_t below = 128, above = 127;
  uint32_t count = 1;
  for (; count < 4 && (min < -below || max > above); ++count) {
    below = below * 256 + 128;
    above = above * 256 + 127;
  }
  return count; // of four, sums are right modulo 2^32
}

/// The n-th digit of `count` numbers, 128 higher.
template <typename V>
void writeDigit(const V *from, size_t count, uint32_t n, uint8_t *to) {
  for (size_t i = 0; i < count; ++i)
    to[i] = static_cast<uint8_t>((static_cast<uint32_t>(int32_t{from[i]}) + 0x80808080U) >> 8 * n);
}

template <typename V>
std::pair<int32_t, int32_t> findRange(const V *values, size_t count) {
  V min = 0, max = 0;
  for (size_t i = 0; i < count; ++i) {
    min = std::min(min, values[i]);
    max = std::max(max, values[i]);
  }
  return {min, max};
}

/// What the windows reach, which may be more or less than there is.
struct Reach {
  uint32_t x, y;
  bool hasBorder;

  explicit Reach(const Window &w)
      : x((w.out.width - 1) * w.strideX + (w.kernelWidth - 1) * w.dilationX + 1),
        y((w.out.height - 1) * w.strideY + (w.kernelHeight - 1) * w.dilationY + 1),
        hasBorder(w.padX > 0 || w.padY > 0 || x > w.in.width || y > w.in.height) {}
};

} // namespace

void FinalValues::reserve(Store form, uint64_t count) {
  store = form;
  size = count;
  zero = form == Store::Positives ? 0 : kMiddle;
  if (isOfBytes(form))
    bytes.assign(count + kBehind, zero);
  if (form == Store::Shorts)
    shorts.assign(count + kBehind, 0);
  if (form == Store::Sums)
    sums.assign(count, 0);
  if (isOfBytes(form) || form == Store::Shorts)
    events.assign(count, 0);
}

void FinalValues::widen(Range elements, int32_t *to) const {
  const uint32_t end = elements.endOf(size), begin = elements.begin;
  switch (store) {
  case Store::None:
    return;
  case Store::Input:
    std::copy(input + begin, input + end, to);
    return;
  case Store::Bytes:
  case Store::Positives:
    for (uint32_t i = begin; i < end; ++i)
      to[i - begin] = int32_t{bytes[i]} - zero;
    return;
  case Store::Shorts:
    std::copy(shorts.begin() + begin, shorts.begin() + end, to);
    return;
  case Store::Sums:
    std::copy(sums.begin() + begin, sums.begin() + end, to);
    return;
  }
}

namespace {

/// The low half of a number, as one with a sign, and what is left of the number in units of 2^16. Modulo 2^32 both together are
/// the number.
int16_t getLow(int32_t number) { return static_cast<int16_t>(number); }
int16_t getHigh(int32_t number) {
  const auto low = static_cast<uint32_t>(int32_t{getLow(number)});
  return static_cast<int16_t>((static_cast<uint32_t>(number) - low) >> 16);
}

/// Writes the rows of inputs that part of the outputs reaches, with the border, by `write(first, count, to)`. Gives the columns of
/// a row.
template <typename Write>
uint32_t writePlane(const Delivery<int32_t> &d, Range part, Aligned<int16_t> &plane, Write write) {
  const Reach reach(d);
  const uint32_t width = std::max(reach.x, d.padX + d.in.width),
                 height = std::max(reach.y, d.padY + d.in.height);
  const size_t row = size_t{d.in.width} * d.in.channels, rowOfPlane = size_t{width} * d.in.channels;
  if (plane.size() < height * rowOfPlane + kBehind)
    plane.resize(height * rowOfPlane + kBehind);
  const Range rows = d.rowsOf(part), inputs = d.inputsOf(rows), padded = d.paddedInputsOf(rows);
  const size_t before = size_t{d.padX} * d.in.channels;
  for (uint32_t y = padded.begin; y < padded.end; ++y) {
    int16_t *to = plane.data() + y * rowOfPlane;
    if (y < d.padY || y - d.padY < inputs.begin || y - d.padY >= inputs.end) {
      std::fill_n(to, rowOfPlane, int16_t{0});
      continue;
    }
    std::fill_n(to, before, int16_t{0});
    write((y - d.padY) * row, row, to + before);
    std::fill(to + before + row, to + rowOfPlane, int16_t{0});
  }
  return width;
}

} // namespace

/// Whether the numbers are wanted in 16 bits, or in two such halves: then they are in planes.
bool FinalInputs::prepareShorts(const Delivery<int32_t> &d, const FinalValues &values, Range part) {
  const bool ofSums = values.store == Store::Sums;
  const bool isTaken =
      (d.isPlain() && !d.pairs.empty()) || (d.isDepthwise() && d.takesBytes && !ofSums);
  if (!isTaken || !goesDense(d, values.nonzero))
    return false;
  if (ofSums) {
    prepareHalves(d, values, part);
    return true;
  }
  const bool isShorts = values.store == Store::Shorts || values.store == Store::Input;
  const int16_t *from = values.store == Store::Input ? values.input : values.shorts.data();
  if (values.store == Store::Shorts && d.isDepthwise()) {
    plane = {from, d.in.width, 0, /*hasBorder=*/false};
    return true;
  }
  // A pair may begin with the last number.
  const bool hasMore = values.store == Store::Shorts || d.runLength() % 2 == 0;
  if (isShorts && hasMore && !Reach(d).hasBorder && d.isPlain()) {
    plane = {from, d.in.width};
    return true;
  }
  const uint32_t width = writePlane(d, part, shorts, [&](size_t first, size_t count, int16_t *to) {
    if (isShorts)
      std::copy_n(from + first, count, to);
    else
      for (size_t i = 0; i < count; ++i)
        to[i] = static_cast<int16_t>(values.bytes[first + i] - values.zero);
  });
  plane = {shorts.data(), width};
  return true;
}

/// The high half is there where some number of the part needs it.
void FinalInputs::prepareHalves(const Delivery<int32_t> &d, const FinalValues &values, Range part) {
  const int32_t *sums = values.sums.data();
  int32_t high = 0;
  const uint32_t width = writePlane(d, part, shorts, [&](size_t first, size_t count, int16_t *to) {
    for (size_t i = 0; i < count; ++i) {
      to[i] = getLow(sums[first + i]);
      high |= sums[first + i] ^ to[i];
    }
  });
  plane = {shorts.data(), width};
  if (high == 0)
    return;
  writePlane(d, part, highShorts, [&](size_t first, size_t count, int16_t *to) {
    for (size_t i = 0; i < count; ++i)
      to[i] = getHigh(sums[first + i]);
  });
  highPlane = {highShorts.data(), width, 16};
}

void FinalInputs::preparePlanes(const Delivery<int32_t> &d, const FinalValues &values, Range part) {
  const Reach reach(d);
  const uint32_t reachX = reach.x, reachY = reach.y;
  const bool hasBorder = reach.hasBorder && !d.isDepthwise();
  planes = 1;
  zero = values.zero;
  width = d.in.width;
  direct = hasBorder || !isOfBytes(values.store) ? nullptr : values.bytes.data();
  if (direct)
    return;
  width = std::max(reachX, d.padX + d.in.width);
  const Range rows = d.rowsOf(part), inputs = d.inputsOf(rows), padded = d.paddedInputsOf(rows);
  const size_t row = size_t{d.in.width} * d.in.channels, rowOfPlane = size_t{width} * d.in.channels;
  const uint32_t height = std::max(reachY, d.padY + d.in.height);
  auto begin = [&](uint32_t n) {
    if (bytes[n].size() < height * rowOfPlane + kBehind)
      bytes[n].resize(height * rowOfPlane + kBehind);
    if (hasBorder)
      std::fill(bytes[n].begin() + padded.begin * rowOfPlane,
                bytes[n].begin() + padded.end * rowOfPlane, zero);
    return bytes[n].data() + d.padY * rowOfPlane + d.padX * d.in.channels;
  };
  auto split = [&](auto *from) {
    const auto [min, max] = findRange(from + inputs.begin * row, (inputs.end - inputs.begin) * row);
    planes = countBytes(min, max);
    for (uint32_t n = 0; n < planes; ++n) {
      uint8_t *to = begin(n);
      for (uint32_t y = inputs.begin; y < inputs.end; ++y)
        writeDigit(from + y * row, row, n, to + y * rowOfPlane);
    }
  };
  if (values.store == Store::Input)
    split(values.input);
  else if (values.store == Store::Shorts)
    split(values.shorts.data());
  else if (values.store == Store::Sums)
    split(values.sums.data());
  if (!isOfBytes(values.store))
    return;
  uint8_t *to = begin(0);
  for (uint32_t y = inputs.begin; y < inputs.end; ++y)
    std::copy_n(values.bytes.data() + y * row, row, to + y * rowOfPlane);
}

void FinalInputs::prepare(const Delivery<int32_t> &d, const FinalValues &values, Range part) {
  planes = 0;
  plane = highPlane = {nullptr, 0};
  if (!d.quads.empty() || (d.takesBytes && isOfBytes(values.store)))
    return preparePlanes(d, values, part);
  if (prepareShorts(d, values, part))
    return;
  all = values.sums.data();
  if (values.store == Store::Sums)
    return;
  if (wide.size() < values.size)
    wide.resize(values.size);
  all = wide.data();
  const Range inputs = d.inputsOfPart(part);
  values.widen(inputs, wide.data() + inputs.begin);
}

Way FinalInputs::deliver(const Delivery<int32_t> &d, const FinalValues &values, Range part,
                         Events<int32_t> &list, Scratch<int32_t> &scratch,
                         int32_t *accumulator) const {
  if (plane.values) {
    if (d.isDepthwise())
      kernels::convolveDepthwiseShorts(d, plane, accumulator, d.rowsOf(part));
    else
      kernels::convolvePairs(d, plane, accumulator, d.rowsOf(part));
    if (highPlane.values)
      kernels::convolvePairs(d, highPlane, accumulator, d.rowsOf(part));
    return Way::Dense;
  }
  if (planes == 0)
    return deliverAll(d, all, values.size, static_cast<uint32_t>(values.nonzero), list, scratch,
                      accumulator, part);
  if (d.isDepthwise()) {
    kernels::convolveDepthwiseBytes(d, {direct, width, zero, 0, /*hasBorder=*/false}, accumulator,
                                    d.rowsOf(part));
    return Way::Dense;
  }
  for (uint32_t n = 0; n < planes; ++n) {
    const kernels::BytePlane plane{direct ? direct : bytes[n].data(), width, zero, 8 * n};
    kernels::convolveQuads(d, plane, accumulator, d.rowsOf(part));
  }
  return Way::Dense;
}

} // namespace snn::detail
