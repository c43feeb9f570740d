#include "runtime/src/kernels/Kernels.h"

#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Places.h"
#include "runtime/src/kernels/Rows.h"

namespace snn::detail {

namespace {

/// Adds `value` times one line of numbers to a line of others; most lines lie in one piece.
template <typename T>
void addLine(T value, const T *from, size_t fromStride, T *to, size_t toStride, uint32_t count) {
  if (fromStride == 1 && toStride == 1)
    for (uint32_t i = 0; i < count; ++i)
      to[i] += value * from[i];
  else
    for (uint32_t i = 0; i < count; ++i)
      to[i * toStride] += value * from[i * fromStride];
}

/// Grouped convolutions, and those of one dimension, which are not divided.
template <typename T>
void deliverGrouped(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  const Range rows = d.channelLast ? d.rowsOf(part) : Range();
  uint32_t taps = d.kernelHeight * d.kernelWidth, outputs = d.outputsPerGroup;
  uint32_t plane = d.out.height * d.out.width;
  events.forEach(d.inputsOfPart(part), [&](uint32_t index, T value) {
    auto [channel, y, x] = locate(d, index);
    const T *weights = d.weights.data() + size_t{channel} * taps * outputs;
    uint32_t first = channel / d.inputsPerGroup * outputs;
    forWindows(d, y, x, rows, [&](uint32_t position, uint32_t tap) {
      const T *row = weights + size_t{tap} * outputs;
      if (d.channelLast)
        addLine(value, row, 1, accumulator + size_t{position} * d.out.channels + first, 1, outputs);
      else
        addLine(value, row, 1, accumulator + size_t{first} * plane + position, plane, outputs);
    });
  });
}

/// Bits of the channels of a pixel go to the channels of each of its windows together.
template <typename T>
void poolBits(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range outputs) {
  uint32_t channels = d.in.channels;
  Range inputs = d.inputsOf(outputs);
  for (uint32_t y = inputs.begin; y < inputs.end; ++y) {
    Windows rows(y, d.padY, d.kernelHeight, d.strideY, outputs);
    for (uint32_t x = 0; x < d.in.width; ++x) {
      Windows columns(x, d.padX, d.kernelWidth, d.strideX, {0, d.out.width});
      size_t first = (size_t{y} * d.in.width + x) * channels;
      for (uint32_t i = rows.first; i < rows.last; ++i)
        for (uint32_t j = columns.first; j < columns.last; ++j) {
          uint32_t position = i * d.out.width + j;
          kernels::addMasked(events, first, channels, events.uniform * d.weights[position],
                             accumulator + size_t{position} * channels);
        }
    }
  }
}

template <typename T>
void deliverPool(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  const Range outputs = d.channelLast ? d.rowsOf(part) : Range{0, d.out.height};
  if (events.form != Events<T>::Form::Graded && d.channelLast && events.count > 0)
    return poolBits(d, events, accumulator, outputs);
  uint32_t plane = d.out.height * d.out.width;
  events.forEach(d.inputsOfPart(part), [&](uint32_t index, T value) {
    Place place = locate(d, index);
    Windows rows(place.y, d.padY, d.kernelHeight, d.strideY, outputs);
    Windows columns(place.x, d.padX, d.kernelWidth, d.strideX, {0, d.out.width});
    for (uint32_t y = rows.first; y < rows.last; ++y)
      for (uint32_t x = columns.first; x < columns.last; ++x) {
        uint32_t position = y * d.out.width + x;
        size_t element = d.channelLast ? size_t{position} * d.out.channels + place.channel
                                       : size_t{place.channel} * plane + position;
        accumulator[element] += value * d.weights[position];
      }
  });
}

/// Where elements along another dimension lie between those of a row.
template <typename T>
void deliverInner(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  events.forEach(d.inputsOfPart(part), [&](uint32_t index, T value) {
    const uint32_t k = index / d.inner % d.rows, block = index / (d.inner * d.rows);
    const uint32_t first = block * d.inner * d.columns + index % d.inner;
    auto columnFrom = [&](uint32_t element) {
      return element <= first ? 0 : std::min((element - first - 1) / d.inner + 1, d.columns);
    };
    const uint32_t begin = columnFrom(part.begin), end = columnFrom(part.end);
    addLine(value, d.weights.data() + size_t{k} * d.columns + begin, 1,
            accumulator + first + size_t{begin} * d.inner, d.inner, end - begin);
  });
}

template <typename T>
void deliverGemm(const Delivery<T> &d, const Events<T> &events, Scratch<T> &scratch, T *accumulator,
                 Range part) {
  if (d.inner != 1)
    return deliverInner(d, events, accumulator, part);
  // Events of one row of the operand are events of one row of the result.
  const Range inputs = d.inputsOfPart(part);
  uint32_t block = inputs.begin / d.rows, count = 0;
  auto flush = [&] {
    const uint32_t first = block * d.columns, begin = std::max(first, part.begin);
    kernels::addRows(d.weights.data() + (begin - first), d.columns, scratch.index.data(),
                     scratch.worth.data(), count, accumulator + begin,
                     std::min(part.end, first + d.columns) - begin);
    count = 0;
  };
  events.forEach(inputs, [&](uint32_t index, T value) {
    if (index >= (block + 1) * d.rows) {
      flush();
      block = index / d.rows;
    }
    scratch.index[count] = index - block * d.rows;
    scratch.worth[count++] = value;
  });
  flush();
}

template <typename T>
void deliverScale(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  if (events.form != Events<T>::Form::Graded && events.count > 0)
    return kernels::addMaskedProducts(events, part.begin, part.endOf(d.weights.size()) - part.begin,
                                      d.weights.data() + part.begin, accumulator + part.begin);
  events.forEach(part,
                 [&](uint32_t index, T value) { accumulator[index] += value * d.weights[index]; });
}

/// Calls `visit(from, to, count)` for the runs of neighbours that move to a part of the accumulator.
template <typename T, typename Visit>
void forRuns(const Delivery<T> &d, Range part, Visit visit) {
  for (const auto &run : d.runs) {
    const uint32_t begin = std::max(run.to, part.begin),
                   end = std::min(run.to + run.count, part.end);
    if (begin < end)
      visit(run.from + (begin - run.to), begin, end - begin);
  }
}

template <typename T>
void deliverMove(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  if (events.form != Events<T>::Form::Graded && !d.runs.empty())
    return forRuns(d, part, [&](uint32_t from, uint32_t to, uint32_t count) {
      if (d.weights.empty())
        kernels::addMasked(events, from, count, events.uniform, accumulator + to);
      else
        kernels::addMaskedProducts(events, from, count, d.weights.data() + from, accumulator + to);
    });
  events.forEach([&](uint32_t index, T value) {
    if (int32_t target = d.target[index]; target >= 0 && part.has(static_cast<uint32_t>(target)))
      accumulator[target] += d.weights.empty() ? value : value * d.weights[index];
  });
}

// ---- Plain convolutions ----

/// Makes what some rows of outputs reach in a plane with the border of the window 0.
template <typename E>
void clearPadded(const Window &w, Range rows, std::vector<E> &plane) {
  const size_t rowValues = size_t{w.paddedWidth()} * w.in.channels;
  const Range padded = w.paddedInputsOf(rows);
  std::fill(plane.begin() + padded.begin * rowValues, plane.begin() + padded.end * rowValues, E{0});
}

/// Copies what they reach of a plane into one with the border; false when a value has more than 16 bits.
bool narrow(const Delivery<int32_t> &d, const int32_t *values, Scratch<int32_t> &scratch,
            Range rows) {
  size_t columns = size_t{d.in.width} * d.in.channels;
  size_t rowValues = size_t{d.paddedWidth()} * d.in.channels;
  clearPadded(d, rows, scratch.shorts);
  const Range inputs = d.inputsOf(rows);
  int32_t outside = 0;
  for (uint32_t y = inputs.begin; y < inputs.end; ++y) {
    int16_t *to = scratch.shorts.data() + (y + d.padY) * rowValues + d.padX * d.in.channels;
    for (size_t i = 0; i < columns; ++i) {
      int32_t value = values[y * columns + i];
      to[i] = static_cast<int16_t>(value);
      outside |= value ^ to[i];
    }
  }
  return outside == 0;
}

/// The same for numbers of any size.
template <typename T>
void widen(const Delivery<T> &d, const T *values, Scratch<T> &scratch, Range rows) {
  size_t columns = size_t{d.in.width} * d.in.channels;
  size_t rowValues = size_t{d.paddedWidth()} * d.in.channels;
  clearPadded(d, rows, scratch.values);
  const Range inputs = d.inputsOf(rows);
  for (uint32_t y = inputs.begin; y < inputs.end; ++y)
    std::copy_n(values + y * columns, columns,
                scratch.values.data() + (y + d.padY) * rowValues + d.padX * d.in.channels);
}

/// A plain or depthwise convolution of a number of every element.
template <typename T>
void deliverDense(const Delivery<T> &d, const T *values, Scratch<T> &scratch, T *accumulator,
                  Range rows) {
  if constexpr (std::is_same_v<T, int32_t>)
    if (!d.pairs.empty() && narrow(d, values, scratch, rows)) {
      const kernels::ShortPlane plane{scratch.shorts.data(), d.paddedWidth()};
      return d.isDepthwise() ? kernels::convolveDepthwiseShorts(d, plane, accumulator, rows)
                             : kernels::convolvePairs(d, plane, accumulator, rows);
    }
  widen(d, values, scratch, rows);
  if (d.isDepthwise())
    kernels::convolveDepthwise(d, scratch.values.data(), accumulator, rows);
  else
    kernels::convolveDense(d, scratch.values.data(), accumulator, rows);
}

template <typename T>
void deliverConv(const Delivery<T> &d, const Events<T> &events, Way way, Scratch<T> &scratch,
                 T *accumulator, Range part) {
  if (way != Way::Dense && !d.isPlain())
    return deliverGrouped(d, events, accumulator, part);
  if (way != Way::Dense) {
    if constexpr (std::is_same_v<T, int32_t>)
      if (d.hasBytesFor(events.form))
        return kernels::convolveBytes(d, events, scratch.sums.data(), accumulator, d.rowsOf(part));
    return kernels::convolveEvents(d, events, accumulator, d.rowsOf(part));
  }
  const Range inputs = d.inputsOfPart(part);
  std::fill(scratch.all.begin() + inputs.begin, scratch.all.begin() + inputs.end, T{0});
  events.forEach(inputs, [&](uint32_t index, T value) { scratch.all[index] = value; });
  deliverDense(d, scratch.all.data(), scratch, accumulator, d.rowsOf(part));
}

template <typename T>
void deliverCopy(const Delivery<T> &d, const Events<T> &events, T *accumulator, Range part) {
  events.forEach([&](uint32_t index, T value) {
    for (uint32_t k = d.first[index]; k < d.first[index + 1]; ++k)
      if (part.has(static_cast<uint32_t>(d.target[k])))
        accumulator[d.target[k]] += value;
  });
}

} // namespace

template <typename T>
void Scratch<T>::reserve(const Delivery<T> &d) {
  auto grow = [](auto &buffer, size_t size) { buffer.resize(std::max(buffer.size(), size)); };
  size_t pixels = size_t{d.paddedHeight()} * d.paddedWidth();
  if (!d.dense.empty()) {
    grow(values, pixels * d.in.channels);
    grow(all, d.countInputs());
  }
  if (!d.pairs.empty())
    grow(shorts, pixels * d.in.channels);
  grow(sums, size_t{d.bytes.rows} * d.bytes.rowLength);
  if (d.kind == Delivery<T>::Kind::Gemm) {
    grow(index, d.rows);
    grow(worth, d.rows);
  }
}

template <typename T>
Range Delivery<T>::inputsOfPart(Range part) const {
  if (isWindowed() && channelLast) {
    const Range inputs = inputsOf(rowsOf(part));
    return {inputs.begin * in.width * in.channels, inputs.end * in.width * in.channels};
  }
  if (kind == Kind::Gemm) {
    const uint32_t result = columns * inner, operand = rows * inner;
    return {part.begin / result * operand,
            part.end == UINT32_MAX ? part.end : ((part.end - 1) / result + 1) * operand};
  }
  return kind == Kind::Scale ? part : Range();
}

template <typename T>
void deliver(const Delivery<T> &delivery, const Events<T> &events, Way way, Scratch<T> &scratch,
             T *accumulator, Range part) {
  switch (delivery.kind) {
  case Delivery<T>::Kind::Conv:
    return deliverConv(delivery, events, way, scratch, accumulator, part);
  case Delivery<T>::Kind::Pool:
    return deliverPool(delivery, events, accumulator, part);
  case Delivery<T>::Kind::Gemm:
    return deliverGemm(delivery, events, scratch, accumulator, part);
  case Delivery<T>::Kind::Scale:
    return deliverScale(delivery, events, accumulator, part);
  case Delivery<T>::Kind::Move:
    return deliverMove(delivery, events, accumulator, part);
  case Delivery<T>::Kind::Copy:
    return deliverCopy(delivery, events, accumulator, part);
  }
}

template <typename T>
Way deliver(const Delivery<T> &delivery, const Events<T> &events, Scratch<T> &scratch,
            T *accumulator, Range part) {
  const Way best = choose(expect(delivery, events.form, events.count));
  const Way way = best == Way::Dense ? best : Way::Events;
  deliver(delivery, events, way, scratch, accumulator, part);
  return way;
}

template <typename T>
Way deliverAll(const Delivery<T> &d, const T *values, uint64_t elements, uint32_t count,
               Events<T> &list, Scratch<T> &scratch, T *accumulator, Range part) {
  if (goesDense(d, count)) {
    deliverDense(d, values, scratch, accumulator, d.rowsOf(part));
    return Way::Dense;
  }
  if (d.kind == Delivery<T>::Kind::Move && !d.runs.empty()) {
    forRuns(d, part, [&](uint32_t from, uint32_t to, uint32_t length) {
      if (d.weights.empty())
        kernels::addValues(values + from, length, accumulator + to);
      else
        kernels::addProducts(values + from, d.weights.data() + from, length, accumulator + to);
    });
    return Way::Dense;
  }
  if (d.kind == Delivery<T>::Kind::Scale) {
    const uint32_t first = part.begin;
    kernels::addProducts(values + first, d.weights.data() + first, part.endOf(elements) - first,
                         accumulator + first);
    return Way::Dense;
  }
  list.makeRoom(elements);
  collect(values, static_cast<uint32_t>(elements), list, d.inputsOfPart(part));
  deliver(d, list, Way::Events, scratch, accumulator, part);
  return Way::Events;
}

template <typename T>
void collect(const T *values, uint32_t elements, Events<T> &events, Range part) {
  events.clear();
  events.count = kernels::collect(values, {part.begin, part.endOf(elements)}, events.index.data(),
                                  events.value.data());
}

template <typename T>
void accumulate(const Events<T> &events, uint32_t elements, T *sums, Range part) {
  if (events.form == Events<T>::Form::Graded) {
    events.forEach(part, [&](uint32_t index, T value) { sums[index] += value; });
    return;
  }
  kernels::addMasked(events, part.begin, part.endOf(elements) - part.begin, events.uniform,
                     sums + part.begin);
}

template <typename T>
uint64_t multiply(const Product &d, const Events<T> (&changes)[2], T *p, T *q, T *accumulator) {
  const auto &[dp, dq] = changes;
  for (uint32_t i = 0; i < dp.count; ++i) {
    const auto [batch, row, k] = d.lhsPlace[dp.index[i]];
    const T change = dp.value[i];
    addLine(change, q + batch * d.rhs.batch + k * d.rhs.row, d.rhs.column,
            accumulator + batch * d.out.batch + row * d.out.row, d.out.column, d.columns);
    p[dp.index[i]] += change;
  }
  for (uint32_t i = 0; i < dq.count; ++i) {
    const auto [batch, k, column] = d.rhsPlace[dq.index[i]];
    const T change = dq.value[i];
    addLine(change, p + batch * d.lhs.batch + k * d.lhs.column, d.lhs.row,
            accumulator + batch * d.out.batch + column * d.out.column, d.out.row, d.rows);
    q[dq.index[i]] += change;
  }
  return uint64_t{dp.count} * d.columns + uint64_t{dq.count} * d.rows;
}

#define SNN_INSTANTIATE(T)                                                                         \
  template struct Scratch<T>;                                                                      \
  template Range Delivery<T>::inputsOfPart(Range) const;                                           \
  template Way deliver(const Delivery<T> &, const Events<T> &, Scratch<T> &, T *, Range);          \
  template void deliver(const Delivery<T> &, const Events<T> &, Way, Scratch<T> &, T *, Range);    \
  template Way deliverAll(const Delivery<T> &, const T *, uint64_t, uint32_t, Events<T> &,         \
                          Scratch<T> &, T *, Range);                                               \
  template void accumulate(const Events<T> &, uint32_t, T *, Range);                               \
  template void collect(const T *, uint32_t, Events<T> &, Range);                                  \
  template uint64_t multiply(const Product &, const Events<T>(&)[2], T *, T *, T *);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
