//===- Convolutions through tables of weights' sums -----------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveTable.cpp"
#include "runtime/src/kernels/Dispatch-inl.h"

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A row of the table is a whole number of vectors.
template <typename E>
using RowTag = hn::CappedTag<E, kTableOutputs<E>>;
template <typename E>
constexpr int kRowVectors = kTableOutputs<E> / hn::MaxLanes(RowTag<E>());

/// Numbers of the table for a tap of 16 channels: 4 KiB.
template <typename E>
constexpr size_t kTap = size_t{kTableRows} * kTableOutputs<E>;

/// Taps whose part of the table leaves room for sums in a first-level cache of 32 KiB.
constexpr uint32_t kPartTaps = 6;

/// Neighbouring outputs that are computed together, with sums that stay in registers.
template <typename E>
constexpr uint32_t kPixels = kRowVectors<E> == 1 ? 8 : 4;
template <uint32_t kCount, typename E>
using TableSum = hn::Vec<RowTag<E>>[kCount][kRowVectors<E>];

/// What is added to all sums before the next part is: a few runs, each a row of taps of 16 channels.
template <typename E>
struct Part {
  const E *table;
  const uint32_t *codes; ///< for the first output
  uint32_t runs;
  size_t stride; ///< from the codes for a run to those for the next one
  bool isFirst;  ///< of the sum
};

/// The taps of a row, and the distances in the plane of codes between them, and between neighbouring outputs.
struct Taps {
  uint32_t count, dilation, stride;
};

/// Adds the row that pattern kPattern of `codes` selects in the table for a tap.
template <uint32_t kPattern, typename E>
HWY_INLINE void addRow(const E *tap, uint32_t codes, hn::Vec<RowTag<E>> (&sum)[kRowVectors<E>]) {
  const RowTag<E> tag;
  constexpr size_t kUnit = kTableOutputs<E> * sizeof(E) / kCodeUnit;
  const E *first = tap + kTablePatterns[kPattern].row * kTableOutputs<E>;
  const auto *row = reinterpret_cast<const E *>(reinterpret_cast<const uint8_t *>(first) +
                                                (codes >> 8 * kPattern & 255) * kUnit);
  for (int v = 0; v < kRowVectors<E>; ++v)
    sum[v] = hn::Add(sum[v], hn::Load(tag, row + v * hn::MaxLanes(tag)));
}

template <uint32_t kCount, typename E>
HWY_INLINE void loadSums(bool isFirst, const E *sums, TableSum<kCount, E> &sum) {
  const RowTag<E> tag;
  for (uint32_t p = 0; p < kCount; ++p)
    for (int v = 0; v < kRowVectors<E>; ++v)
      sum[p][v] = isFirst ? hn::Zero(tag)
                          : hn::Load(tag, sums + p * kTableOutputs<E> + v * hn::MaxLanes(tag));
}

template <uint32_t kCount, typename E>
HWY_INLINE void storeSums(const TableSum<kCount, E> &sum, E *sums) {
  const RowTag<E> tag;
  for (uint32_t p = 0; p < kCount; ++p)
    for (int v = 0; v < kRowVectors<E>; ++v)
      hn::Store(sum[p][v], tag, sums + p * kTableOutputs<E> + v * hn::MaxLanes(tag));
}

/// Any convolution: the taps of a run, for each of kCount outputs.
struct EachOutput {
  static Taps getTaps(const Window &w) { return {w.kernelWidth, w.dilationX, w.strideX}; }

  template <uint32_t kCount, typename E, uint32_t... kPattern>
  static HWY_INLINE void addRun(const Taps &taps, const E *table, const uint32_t *codes,
                                TableSum<kCount, E> &sum,
                                std::integer_sequence<uint32_t, kPattern...>) {
    for (uint32_t tap = 0; tap < taps.count; ++tap, table += kTap<E>, codes += taps.dilation) {
      uint32_t own[kCount];
      for (uint32_t p = 0; p < kCount; ++p)
        own[p] = codes[size_t{p} * taps.stride];
      (addPattern<kCount, kPattern>(table, own, sum), ...);
    }
  }

private:
  template <uint32_t kCount, uint32_t kPattern, typename E>
  static HWY_INLINE void addPattern(const E *table, const uint32_t (&codes)[kCount],
                                    TableSum<kCount, E> &sum) {
    for (uint32_t p = 0; p < kCount; ++p)
      addRow<kPattern>(table, codes[p], sum[p]);
  }
};

/// Rows of three taps with stride 1, which share inputs: a code is taken out of its word once for the three outputs
/// beside it. Each of them sees its taps from left to right, as in EachOutput.
struct SharedInputs {
  static constexpr Taps getTaps(const Window &) { return {3, 1, 1}; }

  template <uint32_t kCount, typename E, typename Patterns>
  static HWY_INLINE void addRun(const Taps &, const E *table, const uint32_t *codes,
                                TableSum<kCount, E> &sum, Patterns patterns) {
    addInputs<kCount>(table, codes, sum, patterns,
                      std::make_integer_sequence<uint32_t, kCount + 2>());
  }

private:
  template <uint32_t kCount, typename E, typename Patterns, uint32_t... kInput>
  static HWY_INLINE void addInputs(const E *table, const uint32_t *codes, TableSum<kCount, E> &sum,
                                   Patterns patterns, std::integer_sequence<uint32_t, kInput...>) {
    (addInput<kCount, kInput>(table, codes[kInput], sum, patterns), ...);
  }
  template <uint32_t kCount, uint32_t kInput, typename E, uint32_t... kPattern>
  static HWY_INLINE void addInput(const E *table, uint32_t codes, TableSum<kCount, E> &sum,
                                  std::integer_sequence<uint32_t, kPattern...>) {
    (addPattern<kCount, kInput, kPattern>(table, codes, sum), ...);
  }

  /// Input kInput is the first tap of output kInput, the second of the one before, the third of that before.
  template <uint32_t kCount, uint32_t kInput, uint32_t kPattern, typename E>
  static HWY_INLINE void addPattern(const E *table, uint32_t codes, TableSum<kCount, E> &sum) {
    if constexpr (kInput < kCount)
      addRow<kPattern>(table, codes, sum[kInput]);
    if constexpr (kInput >= 1 && kInput < kCount + 1)
      addRow<kPattern>(table + kTap<E>, codes, sum[kInput - 1]);
    if constexpr (kInput >= 2)
      addRow<kPattern>(table + 2 * kTap<E>, codes, sum[kInput - 2]);
  }
};

/// kCount neighbouring outputs.
template <typename Way, uint32_t kPatterns, uint32_t kCount, typename E>
HWY_INLINE void addPartTo(const Part<E> &part, const Taps &taps, const uint32_t *codes,
                          E *HWY_RESTRICT sums) {
  TableSum<kCount, E> sum;
  loadSums<kCount>(part.isFirst, sums, sum);
  const E *table = part.table;
  for (uint32_t run = part.runs; run > 0; --run, table += taps.count * kTap<E>)
    Way::template addRun<kCount>(taps, table, std::exchange(codes, codes + part.stride), sum,
                                 std::make_integer_sequence<uint32_t, kPatterns>());
  storeSums<kCount>(sum, sums);
}

/// All outputs in some rows of all steps. The stores of sums might change anything in memory that is not in a variable
/// here.
template <typename Way, uint32_t kPatterns, typename E>
HWY_NOINLINE void addPart(const Window &w, const Part<E> &of, uint32_t steps, E *sums, Range rows) {
  constexpr uint32_t kMax = kPixels<E>;
  const Part<E> part = of;
  const Taps taps = Way::getTaps(w);
  const uint32_t height = rows.end - rows.begin;
  const uint32_t whole = w.out.width / kMax, left = w.out.width % kMax;
  const size_t nextRow = size_t{w.strideY} * w.paddedWidth();
  const size_t nextStep = w.countCodes() - height * nextRow;
  const size_t otherSums = size_t{w.out.height - height} * w.out.width * kTableOutputs<E>;
  const uint32_t *row = part.codes + rows.begin * nextRow;
  sums += size_t{rows.begin} * w.out.width * kTableOutputs<E>;
  for (uint32_t step = 0; step < steps; ++step, row += nextStep, sums += otherSums)
    for (uint32_t y = 0; y < height; ++y, row += nextRow) {
      const uint32_t *codes = row;
      for (uint32_t x = whole; x > 0;
           --x, codes += kMax * taps.stride, sums += kMax * kTableOutputs<E>)
        addPartTo<Way, kPatterns, kMax>(part, taps, codes, sums);
      for (uint32_t x = left; x > 0; --x, codes += taps.stride, sums += kTableOutputs<E>)
        addPartTo<Way, kPatterns, 1>(part, taps, codes, sums);
    }
}

/// Every part of the table goes over the outputs of all steps before the next one does. Its runs are of one row of
/// the window, or where each row is one run, of several.
template <typename Way, uint32_t kPatterns, typename E>
void addParts(const Window &w, const E *table, const uint32_t *codes, uint32_t steps, E *sums,
              Range rows) {
  const size_t row = w.paddedWidth(), plane = w.paddedHeight() * row;
  const uint32_t words = w.countWords(), max = std::max(1u, kPartTaps / w.kernelWidth);
  const uint32_t outer = words == 1 ? 1 : w.kernelHeight,
                 inner = words == 1 ? w.kernelHeight : words;
  const size_t stride = words == 1 ? w.dilationY * row : plane;
  for (uint32_t block = 0; block < w.paddedOutputs; block += kTableOutputs<E>) {
    for (uint32_t ky = 0; ky < outer; ++ky)
      for (uint32_t run = 0; run < inner; run += max) {
        const Part<E> part{table, codes + ky * w.dilationY * row + run * stride,
                           std::min(max, inner - run), stride, ky == 0 && run == 0};
        addPart<Way, kPatterns>(w, part, steps, sums, rows);
        table += size_t{part.runs} * w.kernelWidth * kTap<E>;
      }
    sums += size_t{steps} * w.out.height * w.out.width * kTableOutputs<E>;
  }
}

template <uint32_t kPatterns, typename E>
void addPatterns(const Window &w, const E *table, const uint32_t *codes, uint32_t steps, E *sums,
                 Range rows) {
  if (w.kernelWidth == 3 && w.strideX == 1 && w.dilationX == 1)
    addParts<SharedInputs, kPatterns>(w, table, codes, steps, sums, rows);
  else
    addParts<EachOutput, kPatterns>(w, table, codes, steps, sums, rows);
}

template <typename E>
void convolveTable(const Window &w, const E *table, const uint32_t *codes, uint32_t steps, E *sums,
                   Range rows) {
  rows.end = rows.endOf(w.out.height);
  const uint32_t patterns = countPatterns(w.in.channels);
  if (patterns == 1)
    addPatterns<1>(w, table, codes, steps, sums, rows);
  else if (patterns == 2)
    addPatterns<2>(w, table, codes, steps, sums, rows);
  else
    addPatterns<3>(w, table, codes, steps, sums, rows);
}

/// Adds `factor` times the sums of a step: rows of kTableOutputs.
template <typename T, typename E>
void addSums(const Window &w, const E *sums, size_t blockStride, T factor, T *accumulator,
             Range rows) {
  constexpr uint32_t kOutputs = kTableOutputs<E>;
  const hn::CappedTag<T, kOutputs> tag;
  const hn::Rebind<E, decltype(tag)> narrow;
  constexpr uint32_t kLanes = hn::MaxLanes(tag);
  const auto worth = hn::Set(tag, factor);
  const uint32_t channels = w.out.channels;
  const uint32_t begin = rows.begin * w.out.width, end = rows.endOf(w.out.height) * w.out.width;
  auto load = [&](const E *from) HWY_ATTR {
    if constexpr (std::is_same_v<T, E>)
      return hn::Load(tag, from);
    else
      return hn::PromoteTo(tag, hn::Load(narrow, from));
  };
  for (uint32_t first = 0; first < channels; first += kOutputs, sums += blockStride) {
    const uint32_t count = std::min(kOutputs, channels - first);
    T *to = accumulator + size_t{begin} * channels + first;
    for (uint32_t pixel = begin; pixel < end; ++pixel, to += channels) {
      const E *from = sums + size_t{pixel} * kOutputs;
      uint32_t v = 0;
      for (; v + kLanes <= count; v += kLanes)
        hn::StoreU(hn::Add(hn::LoadU(tag, to + v), hn::Mul(worth, load(from + v))), tag, to + v);
      for (; v < count; ++v)
        to[v] += factor * from[v];
    }
  }
}

// What the dispatch table can name.
#define SNN_KERNELS(T, E, Suffix)                                                                  \
  void convolveTable##Suffix(const Window &w, const E *table, const uint32_t *codes,               \
                             uint32_t steps, E *sums, Range rows) {                                \
    convolveTable(w, table, codes, steps, sums, rows);                                             \
  }                                                                                                \
  void addSums##Suffix(const Window &w, const E *sums, size_t blockStride, T factor,               \
                       T *accumulator, Range rows) {                                               \
    addSums(w, sums, blockStride, factor, accumulator, rows);                                      \
  }
SNN_KERNELS(float, float, F32)
SNN_KERNELS(double, double, F64)
SNN_KERNELS(int32_t, int32_t, I32)
SNN_KERNELS(int32_t, int16_t, I16)
#undef SNN_KERNELS

} // namespace HWY_NAMESPACE
} // namespace snn::detail::kernels
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace snn::detail::kernels {

#define SNN_DISPATCH(T, E, Suffix)                                                                 \
  HWY_EXPORT(convolveTable##Suffix);                                                               \
  HWY_EXPORT(addSums##Suffix);                                                                     \
  template <>                                                                                      \
  void convolveTable(const Window &w, const E *table, const uint32_t *codes, uint32_t steps,       \
                     E *sums, Range rows) {                                                        \
    HWY_DYNAMIC_DISPATCH(convolveTable##Suffix)(w, table, codes, steps, sums, rows);               \
  }                                                                                                \
  template <>                                                                                      \
  void addSums(const Window &w, const E *sums, size_t blockStride, T factor, T *accumulator,       \
               Range rows) {                                                                       \
    HWY_DYNAMIC_DISPATCH(addSums##Suffix)(w, sums, blockStride, factor, accumulator, rows);        \
  }
SNN_DISPATCH(float, float, F32)
SNN_DISPATCH(double, double, F64)
SNN_DISPATCH(int32_t, int32_t, I32)
SNN_DISPATCH(int32_t, int16_t, I16)
#undef SNN_DISPATCH

} // namespace snn::detail::kernels
#endif
