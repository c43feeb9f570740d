#include "test/bench/Peaks.h"
#include "runtime/src/kernels/Targets.h"
#include <cstddef>
#include <ctime>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "test/bench/Peaks.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::bench {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kChains = 8;   ///< independent sums, more than an addition takes cycles
constexpr size_t kRow = 2048;   ///< numbers: 8 KiB
constexpr size_t kRepeats = 64; ///< of a row

/// Each returns the number of operations it did; the results go to `row` so that they are needed.
double runProducts(float *row) {
  const hn::ScalableTag<float> tag;
  const size_t lanes = hn::Lanes(tag);
  hn::Vec<decltype(tag)> sums[kChains];
  for (auto &sum : sums)
    sum = hn::Zero(tag);
  const auto factor = hn::LoadU(tag, row);
  for (size_t repeat = 0; repeat < kRepeats; ++repeat)
    for (size_t i = 0; i < kRow; i += kChains * lanes)
      for (size_t v = 0; v < kChains; ++v)
        sums[v] = hn::Add(sums[v], hn::Mul(factor, hn::LoadU(tag, row + i + v * lanes)));
  for (auto &sum : sums)
    hn::StoreU(sum, tag, row);
  return kRepeats * kRow;
}

double runLoads(float *row) {
  const hn::ScalableTag<float> tag;
  const size_t lanes = hn::Lanes(tag);
  hn::Vec<decltype(tag)> sums[kChains];
  for (auto &sum : sums)
    sum = hn::Zero(tag);
  for (size_t repeat = 0; repeat < kRepeats; ++repeat)
    for (size_t i = 0; i < kRow; i += kChains * lanes)
      for (size_t v = 0; v < kChains; ++v)
        sums[v] = hn::Add(sums[v], hn::LoadU(tag, row + i + v * lanes));
  for (auto &sum : sums)
    hn::StoreU(sum, tag, row);
  return kRepeats * kRow;
}

double runUpdates(float *row) {
  const hn::ScalableTag<float> tag;
  const size_t lanes = hn::Lanes(tag);
  const auto factor = hn::Set(tag, 0.5F);
  float *accumulator = row + kRow; // on other lines than the weights, also modulo 4 KiB
  accumulator += 16 * lanes;
  for (size_t repeat = 0; repeat < kRepeats; ++repeat)
    for (size_t i = 0; i < kRow / 2; i += 4 * lanes)
      for (size_t v = i; v < i + 4 * lanes; v += lanes)
        hn::StoreU(
            hn::Add(hn::LoadU(tag, accumulator + v), hn::Mul(factor, hn::LoadU(tag, row + v))), tag,
            accumulator + v);
  return kRepeats * kRow / 2;
}

} // namespace HWY_NAMESPACE
} // namespace snn::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::bench {
namespace {
HWY_EXPORT(runProducts);
HWY_EXPORT(runLoads);
HWY_EXPORT(runUpdates);

/// Billions of operations a second of processor time, as the benchmarks count it.
template <typename Run>
double measure(Run run) {
  alignas(64) static float row[4096] = {};
  std::clock_t begin = std::clock();
  double operations = 0;
  while (std::clock() - begin < CLOCKS_PER_SEC / 4)
    operations += run(row);
  return operations * 1e-9 * CLOCKS_PER_SEC / static_cast<double>(std::clock() - begin);
}
} // namespace

Peaks measurePeaks() {
  return {measure([](float *row) { return HWY_DYNAMIC_DISPATCH(runProducts)(row); }),
          measure([](float *row) { return HWY_DYNAMIC_DISPATCH(runLoads)(row); }),
          measure([](float *row) { return HWY_DYNAMIC_DISPATCH(runUpdates)(row); })};
}

} // namespace snn::bench
#endif
