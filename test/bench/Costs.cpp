#include "test/bench/Costs.h"

#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/plan/TableSums.h"
#include "test/bench/Layer.h"
#include <chrono>
#include <functional>
#include <numeric>
#include <random>

namespace snn::bench {

using namespace detail;

namespace {

constexpr struct {
  uint32_t channels, size;
} kShapes[] = {{16, 32}, {32, 16}, {64, 8}};

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

template <typename T>
double measureEvents(Layer<T> &layer, double density, typename Events<T>::Form form) {
  const Delivery<T> &d = layer.delivery();
  const Events<T> events = makeBits<T>(layer.size(), density, form);
  double operations = d.countMacs() * events.count / d.countInputs();
  return measure(operations, [&] {
    deliver(d, events, Way::Events, layer.scratch, layer.accumulator.data(), {});
  });
}

template <typename E>
double measureTable(const Aligned<E> &table, const Window &window) {
  const uint32_t steps = getStepsAtOnce(window);
  Aligned<uint32_t> codes;
  codes.resize(steps * window.countCodes());
  std::mt19937 random(3);
  for (uint32_t &code : codes)
    code = kernels::toCodes(random() % (1u << 16));
  Aligned<E> sums;
  sums.resize(size_t{steps} * window.out.height * window.out.width * window.paddedOutputs);
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
  Costs costs{0, 0, 0, 0, 0, 0, measureLoad(), kMeasuredCosts.cacheBytes};
  for (const auto &shape : kShapes) {
    Layer<float> real(shape.channels, shape.size);
    Layer<int32_t> fixed(shape.channels, shape.size);
    const Delivery<float> &d = real.delivery();
    const Delivery<int32_t> &integers = fixed.delivery();
    size_t padded = size_t{d.paddedHeight()} * d.paddedWidth() * shape.channels;
    std::vector<float> values(padded, 1.0F);
    std::vector<int16_t> shorts(padded, 1);
    costs.event += measureEvents(real, 0.25, Events<float>::Form::Uniform) / 3;
    costs.shortEvent += measureEvents(fixed, 0.5, Events<int32_t>::Form::Signed) / 3;
    costs.table += measureTable(d.table, d) / 3;
    costs.shortTable += measureTable(integers.shortTable, integers) / 3;
    costs.dense +=
        measure(d.countMacs(),
                [&] { kernels::convolveDense(d, values.data(), real.accumulator.data()); }) /
        3;
    if (!integers.pairs.empty())
      costs.pair +=
          measure(integers.countMacs(),
                  [&] {
                    kernels::convolvePairs(integers, {shorts.data(), integers.paddedWidth()},
                                           fixed.accumulator.data());
                  }) /
          3;
  }
  return costs;
}

} // namespace snn::bench
