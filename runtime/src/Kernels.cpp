#include "runtime/src/Kernels.h"

namespace snn::detail {

namespace {

/// Adds value times a contiguous row of weights to every `stride`-th element.
template <typename T>
void addRow(T *__restrict accumulator, const T *__restrict weights, T value, uint32_t count,
            uint32_t stride) {
  if (stride == 1) {
    for (uint32_t i = 0; i < count; ++i)
      accumulator[i] += value * weights[i];
    return;
  }
  for (uint32_t i = 0; i < count; ++i)
    accumulator[i * stride] += value * weights[i];
}

/// Calls `visit(outputPosition, tap)` for every window that the input position (y, x) is part of.
template <typename T, typename Visit>
void forWindows(const Delivery<T> &d, uint32_t y, uint32_t x, Visit visit) {
  for (uint32_t ky = 0; ky < d.kernelHeight; ++ky) {
    int64_t fromTop = int64_t{y} + d.padY - int64_t{ky} * d.dilationY;
    if (fromTop < 0 || fromTop % d.strideY != 0 || fromTop / d.strideY >= d.out.height)
      continue;
    auto row = static_cast<uint32_t>(fromTop / d.strideY) * d.out.width;
    for (uint32_t kx = 0; kx < d.kernelWidth; ++kx) {
      int64_t fromLeft = int64_t{x} + d.padX - int64_t{kx} * d.dilationX;
      if (fromLeft < 0 || fromLeft % d.strideX != 0 || fromLeft / d.strideX >= d.out.width)
        continue;
      visit(row + static_cast<uint32_t>(fromLeft / d.strideX), ky * d.kernelWidth + kx);
    }
  }
}

struct Place {
  uint32_t channel, y, x;
};

/// Which channel and position element `index` is.
template <typename T>
Place locate(const Delivery<T> &d, uint32_t index) {
  if (d.channelLast) {
    uint32_t position = index / d.in.channels;
    return {index % d.in.channels, position / d.in.width, position % d.in.width};
  }
  uint32_t plane = d.in.height * d.in.width;
  uint32_t position = index % plane;
  return {index / plane, position / d.in.width, position % d.in.width};
}

template <typename T>
uint64_t deliverConv(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  uint64_t operations = 0;
  uint32_t taps = d.kernelHeight * d.kernelWidth, outputs = d.outputsPerGroup;
  uint32_t plane = d.out.height * d.out.width;
  for (uint32_t i = 0; i < events.count; ++i) {
    auto [channel, y, x] = locate(d, events.index[i]);
    T value = events.worth(i);
    const T *weights = d.weights.data() + size_t{channel} * taps * outputs;
    uint32_t first = channel / d.inputsPerGroup * outputs;
    forWindows(d, y, x, [&](uint32_t position, uint32_t tap) {
      const T *row = weights + size_t{tap} * outputs;
      if (d.channelLast)
        addRow(accumulator + size_t{position} * d.out.channels + first, row, value, outputs, 1);
      else
        addRow(accumulator + size_t{first} * plane + position, row, value, outputs, plane);
      operations += outputs;
    });
  }
  return operations;
}

template <typename T>
uint64_t deliverPool(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  uint64_t operations = 0;
  uint32_t plane = d.out.height * d.out.width;
  for (uint32_t i = 0; i < events.count; ++i) {
    Place place = locate(d, events.index[i]);
    T value = events.worth(i);
    forWindows(d, place.y, place.x, [&](uint32_t position, uint32_t) {
      size_t element = d.channelLast ? size_t{position} * d.out.channels + place.channel
                                     : size_t{place.channel} * plane + position;
      accumulator[element] += value * d.weights[position];
      ++operations;
    });
  }
  return operations;
}

template <typename T>
uint64_t deliverGemm(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  for (uint32_t i = 0; i < events.count; ++i) {
    uint32_t index = events.index[i];
    uint32_t k = index / d.inner % d.rows, block = index / (d.inner * d.rows);
    T *first = accumulator + size_t{block} * d.inner * d.columns + index % d.inner;
    addRow(first, d.weights.data() + size_t{k} * d.columns, events.worth(i), d.columns, d.inner);
  }
  return uint64_t{events.count} * d.columns;
}

template <typename T>
uint64_t deliverScale(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  for (uint32_t i = 0; i < events.count; ++i)
    accumulator[events.index[i]] += events.worth(i) * d.weights[events.index[i]];
  return events.count;
}

template <typename T>
uint64_t deliverMove(const Delivery<T> &d, const Events<T> &events, T *accumulator) {
  uint64_t operations = 0;
  for (uint32_t i = 0; i < events.count; ++i) {
    int32_t target = d.target[events.index[i]];
    if (target < 0)
      continue;
    accumulator[target] += events.worth(i);
    ++operations;
  }
  return operations;
}

} // namespace

template <typename T>
uint64_t deliver(const Delivery<T> &delivery, const Events<T> &events, T *accumulator) {
  switch (delivery.kind) {
  case Delivery<T>::Kind::Conv:
    return deliverConv(delivery, events, accumulator);
  case Delivery<T>::Kind::Gemm:
    return deliverGemm(delivery, events, accumulator);
  case Delivery<T>::Kind::Pool:
    return deliverPool(delivery, events, accumulator);
  case Delivery<T>::Kind::Scale:
    return deliverScale(delivery, events, accumulator);
  case Delivery<T>::Kind::Move:
    return deliverMove(delivery, events, accumulator);
  }
  return 0;
}

template uint64_t deliver(const Delivery<float> &, const Events<float> &, float *);
template uint64_t deliver(const Delivery<double> &, const Events<double> &, double *);

} // namespace snn::detail
