#include "test/bench/Costs.h"

#include "runtime/src/TableSums.h"
#include "runtime/src/kernels/Convolution.h"
#include <chrono>
#include <functional>
#include <numeric>
#include <random>

namespace snn::bench {

using namespace detail;

namespace {

/// A 3x3 convolution of as many channels on a square image, whose numbers do not matter.
struct Shape {
  uint32_t channels, size;
};
constexpr Shape kShapes[] = {{16, 32}, {32, 16}, {64, 8}};

template <typename T>
Delivery<T> makeConvolution(const Shape &shape) {
  Delivery<T> d;
  d.kind = Delivery<T>::Kind::Conv;
  d.in = d.out = {shape.channels, shape.size, shape.size};
  d.kernelHeight = d.kernelWidth = 3;
  d.padY = d.padX = 1;
  d.inputsPerGroup = d.outputsPerGroup = d.paddedOutputs = shape.channels;
  size_t weights = size_t{9} * shape.channels * shape.channels;
  for (Aligned<T> *numbers : {&d.weights, &d.dense})
    numbers->resize(weights, T{1});
  d.table.resize(weights * 8, T{1});
  d.shortTable.resize(weights * 8, int16_t{1});
  d.pairs.resize(weights, int16_t{1});
  return d;
}

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Picoseconds of each of `operations` in the fastest run.
double measure(double operations, const std::function<void()> &run) {
  constexpr double kTime = 0.1; // seconds
  double best = kTime, end = seconds() + kTime;
  for (double begin = seconds(); begin < end; begin = seconds()) {
    run();
    best = std::min(best, seconds() - begin);
  }
  return best / operations * 1e12;
}

double measureEvents(const Shape &shape) {
  Delivery<float> d = makeConvolution<float>(shape);
  Events<float> events(d.countInputs(), Events<float>::Form::Uniform);
  std::vector<float> sums(d.countInputs());
  std::mt19937 random(2);
  for (uint32_t i = 0; i < d.countInputs(); ++i)
    if (random() % 4 == 0) {
      events.fired[i / 64] |= uint64_t{1} << i % 64;
      ++events.count;
    }
  events.uniform = 0.5F;
  double operations = d.countMacs() * events.count / d.countInputs();
  return measure(operations, [&] { kernels::convolveEvents(d, events, sums.data()); });
}

template <typename E>
double measureTable(const Shape &shape, const Aligned<E> &table, const Window &window) {
  const uint32_t steps = getStepsAtOnce(window);
  Aligned<uint32_t> codes;
  codes.resize(steps * window.countCodes());
  std::mt19937 random(3);
  for (uint32_t &code : codes)
    code = kernels::toCodes(random() % (1u << 16));
  Aligned<E> sums;
  sums.resize(size_t{steps} * shape.size * shape.size * shape.channels);
  return measure(steps * window.countMacs() / 4, [&] {
    kernels::convolveTable(window, table.data(), codes.data(), steps, sums.data());
  });
}

/// A byte from beyond the second-level cache.
double measureLoad() {
  std::vector<uint64_t> memory(size_t{1} << 20, 1); // 8 MiB
  volatile uint64_t sum = 0;
  return measure(static_cast<double>(memory.size() * sizeof(uint64_t)),
                 [&] { sum = std::accumulate(memory.begin(), memory.end(), uint64_t{0}); });
}

} // namespace

Costs measureCosts() {
  Costs costs{0, 0, 0, 0, 0, measureLoad(), kMeasuredCosts.cacheBytes};
  for (const Shape &shape : kShapes) {
    Delivery<float> real = makeConvolution<float>(shape);
    Delivery<int32_t> fixed = makeConvolution<int32_t>(shape);
    size_t padded = size_t{real.paddedHeight()} * real.paddedWidth() * shape.channels;
    std::vector<float> values(padded, 1.0F), sums(real.countInputs());
    std::vector<int16_t> shorts(padded, 1);
    std::vector<int32_t> fixedSums(real.countInputs());
    costs.event += measureEvents(shape) / 3;
    costs.table += measureTable(shape, real.table, real) / 3;
    costs.shortTable += measureTable(shape, fixed.shortTable, fixed) / 3;
    costs.dense += measure(real.countMacs(),
                           [&] { kernels::convolveDense(real, values.data(), sums.data()); }) /
                   3;
    costs.pair += measure(real.countMacs(),
                          [&] { kernels::convolvePairs(fixed, shorts.data(), fixedSums.data()); }) /
                  3;
  }
  return costs;
}

} // namespace snn::bench
