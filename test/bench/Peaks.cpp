#include "test/bench/Peaks.h"
#include "runtime/src/kernels/Convolution.h"
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>

#ifndef SNN_TEST_BENCH_PEAKS_MEMORY
#define SNN_TEST_BENCH_PEAKS_MEMORY
namespace snn::bench {
/// Memory that lies in the first-level cache: rows that are read, and the results, so that they are needed.
struct Memory {
  alignas(64) float reals[4096];
  alignas(64) int16_t shorts[8192];
  alignas(64) int8_t bytes[2048];
};
} // namespace snn::bench
#endif

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "test/bench/Peaks.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::bench {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kChains = 12; ///< independent sums: twice what an addition takes cycles, at least
constexpr size_t kRow = 1920;  ///< numbers: 7.5 KiB
constexpr size_t kRepeats = 256; ///< of a row

/// Calls `visit` for the blocks of a row, kRepeats times over. The loop ends once only, because an end that the
/// processor does not foresee takes as long as a hundred operations. The row might change meanwhile: else it would be
/// added up once for all repeats.
template <typename Visit>
HWY_INLINE void forBlocks(size_t count, size_t block, Visit visit) {
  size_t i = 0;
  for (size_t left = kRepeats * count / block; left > 0; --left) {
    visit(i);
    i = i + block == count ? 0 : i + block;
    asm volatile("" : "+r"(i)::"memory");
  }
}

/// Adds what `next` makes of each vector of a row to kChains sums. Like those below it returns the number of
/// operations it did.
template <typename Sum, typename T, typename Next>
HWY_INLINE double sumRow(T *row, size_t count, Next next) {
  const hn::ScalableTag<T> tag;
  const hn::ScalableTag<Sum> sumTag;
  const size_t lanes = hn::Lanes(tag);
  hn::Vec<decltype(sumTag)> sums[kChains];
  for (auto &sum : sums)
    sum = hn::Zero(sumTag);
  forBlocks(count, kChains * lanes, [&](size_t i) HWY_ATTR {
    for (size_t v = 0; v < kChains; ++v)
      sums[v] = next(sums[v], hn::LoadU(tag, row + i + v * lanes));
  });
  for (size_t v = 0; v < kChains; ++v)
    hn::StoreU(hn::BitCast(tag, sums[v]), tag, row + v * lanes);
  return static_cast<double>(kRepeats * count);
}

double runProducts(Memory &memory) {
  const auto factor = hn::LoadU(hn::ScalableTag<float>(), memory.reals);
  return sumRow<float>(memory.reals, kRow, [&](auto sum, auto row) HWY_ATTR {
    return hn::Add(sum, hn::Mul(factor, row));
  });
}

double runLoads(Memory &memory) {
  return sumRow<float>(memory.reals, kRow,
                       [](auto sum, auto row) HWY_ATTR { return hn::Add(sum, row); });
}

double runPairs(Memory &memory) {
  const hn::ScalableTag<int32_t> tag;
  const auto factor = hn::LoadU(hn::ScalableTag<int16_t>(), memory.shorts);
  auto unused = hn::Zero(tag); // as in the kernel
  return sumRow<int32_t>(memory.shorts, 2 * kRow, [&](auto sum, auto row) HWY_ATTR {
    return hn::ReorderWidenMulAccumulate(tag, factor, row, sum, unused);
  });
}

double runShortLoads(Memory &memory) {
  return sumRow<int16_t>(memory.shorts, 2 * kRow,
                         [](auto sum, auto row) HWY_ATTR { return hn::Add(sum, row); });
}

/// Calls `update` with the place of every vector of a row.
template <typename Update>
HWY_INLINE double updateRow(size_t count, size_t lanes, Update update) {
  forBlocks(count, 4 * lanes, [&](size_t i) HWY_ATTR {
    for (size_t v = i; v < i + 4 * lanes; v += lanes)
      update(v);
  });
  return static_cast<double>(kRepeats * count);
}

double runUpdates(Memory &memory) {
  const hn::ScalableTag<float> tag;
  const size_t lanes = hn::Lanes(tag);
  const auto factor = hn::Set(tag, 0.5F);
  // On other lines than the weights, also modulo 4 KiB.
  float *row = memory.reals, *accumulator = memory.reals + kRow + 16 * lanes;
  return updateRow(kRow / 2, lanes, [&](size_t v) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(tag, accumulator + v), hn::Mul(factor, hn::LoadU(tag, row + v))),
               tag, accumulator + v);
  });
}

double runShortUpdates(Memory &memory) {
  const hn::ScalableTag<int16_t> tag;
  const hn::Rebind<int8_t, decltype(tag)> bytes;
  const size_t lanes = hn::Lanes(tag);
  const int8_t *row = memory.bytes;
  int16_t *accumulator = memory.shorts;
  return updateRow(kRow, lanes, [&](size_t v) HWY_ATTR {
    const auto weights = hn::PromoteTo(tag, hn::LoadU(bytes, row + v));
    hn::StoreU(hn::Add(hn::LoadU(tag, accumulator + v), weights), tag, accumulator + v);
  });
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
HWY_EXPORT(runPairs);
HWY_EXPORT(runShortLoads);
HWY_EXPORT(runShortUpdates);

#if HWY_ARCH_X86_64
/// As runPairs, for machines that have the instruction (kernels::hasQuads): Highway does not ask for it.
__attribute__((target("avx512f,avx512vnni"))) double runQuads(Memory &memory) {
  constexpr size_t kVector = 64, kBlock = 12 * kVector, kBytes = 10 * kBlock, kTimes = 2560;
  static_assert(kBytes <= sizeof(memory.shorts));
  const auto *row = reinterpret_cast<const char *>(memory.shorts);
  const __m512i factor = _mm512_loadu_si512(row);
  __m512i sums[12] = {};
  size_t i = 0;
  for (size_t left = kTimes; left > 0; --left) {
    for (size_t v = 0; v < 12; ++v)
      sums[v] = _mm512_dpbusd_epi32(sums[v], factor, _mm512_loadu_si512(row + i + v * kVector));
    i = i + kBlock == kBytes ? 0 : i + kBlock;
    asm volatile("" : "+r"(i)::"memory");
  }
  for (size_t v = 0; v < 12; ++v)
    _mm512_storeu_si512(reinterpret_cast<char *>(memory.shorts) + v * kVector, sums[v]);
  return static_cast<double>(kTimes * kBlock);
}
#else
double runQuads(Memory &) { return 0; }
#endif

/// Billions of operations a second in the fastest of many runs.
template <typename Run>
double measure(Run run) {
  static Memory memory;
  std::memset(&memory, 0, sizeof(memory)); // else its pages are all one and the same, of zeros
  using Clock = std::chrono::steady_clock;
  double max = 0;
  for (auto end = Clock::now() + std::chrono::milliseconds(250); Clock::now() < end;) {
    auto begin = Clock::now();
    double operations = run(memory);
    max = std::max(max, operations / std::chrono::duration<double>(Clock::now() - begin).count());
  }
  return max * 1e-9;
}
} // namespace

// What the table names at first chooses an instruction set in every call, which takes longer than the run.
#define SNN_MEASURE(run) measure([](Memory &memory) { return HWY_DYNAMIC_DISPATCH(run)(memory); })
Peaks measurePeaks() {
  Peaks peaks;
  peaks.products = SNN_MEASURE(runProducts);
  peaks.loads = SNN_MEASURE(runLoads);
  peaks.updates = SNN_MEASURE(runUpdates);
  peaks.pairs = SNN_MEASURE(runPairs);
  peaks.quads = detail::kernels::hasQuads() ? measure(runQuads) : 0;
  peaks.shortLoads = SNN_MEASURE(runShortLoads);
  peaks.shortUpdates = SNN_MEASURE(runShortUpdates);
  return peaks;
}
#undef SNN_MEASURE

} // namespace snn::bench
#endif
