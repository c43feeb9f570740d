//===- Convolutions through tables of four weights' sums ------------------------------------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/kernels/Targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "runtime/src/kernels/ConvolveTable.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace snn::detail::kernels {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// A row of the table is a whole number of vectors.
template <typename E>
using RowTag = hn::CappedTag<E, kTableOutputs<E>>;
template <typename E>
constexpr int kRowVectors = kTableOutputs<E> / hn::MaxLanes(RowTag<E>());

/// Numbers of the table for four channels.
template <typename E>
constexpr size_t kGroup = size_t{kTableRows} * kTableOutputs<E>;

/// Groups of four channels whose part of the table leaves room for sums in a first-level cache of 32 KiB.
constexpr uint32_t kPartGroups = 48;

/// Neighbouring outputs that are computed together, with sums that stay in registers.
template <typename E>
constexpr uint32_t kPixels = kRowVectors<E> == 1 ? 8 : 4;
template <uint32_t kCount, typename E>
using TableSum = hn::Vec<RowTag<E>>[kCount][kRowVectors<E>];

/// What is added to all sums before the next part is: `length` neighbouring groups, or `runs` rows of the window.
template <typename E>
struct Part {
  const E *table;
  const uint8_t *codes; ///< for the first output
  uint32_t length, runs;
  bool isFirst; ///< of the sum
};

/// Distances in the plane of codes.
struct Strides {
  size_t pixel; ///< from the codes for an output to those for the next one in its row
  size_t run;   ///< from the codes for a row of the window to those for the next one
  size_t row;   ///< from the codes for an output to those for the one below
};

/// Adds the row of a group's table that a code selects.
template <typename E>
HWY_INLINE void addRow(const E *group, uint32_t code, hn::Vec<RowTag<E>> (&sum)[kRowVectors<E>]) {
  const RowTag<E> tag;
  const auto *row = reinterpret_cast<const E *>(reinterpret_cast<const uint8_t *>(group) +
                                                code * (kTableOutputs<E> * sizeof(E) / kCodeUnit));
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

/// Any convolution: the groups of a run, for each of kCount outputs.
struct EachOutput {
  template <uint32_t kCount, typename E>
  static HWY_INLINE void add(const Part<E> &part, const Strides &strides, const uint8_t *codes,
                             TableSum<kCount, E> &sum) {
    const E *table = part.table;
    uint32_t g = 0;
    for (; g + 4 <= part.length; g += 4) { // one load for the codes of four groups
      uint32_t four[kCount];
      for (uint32_t p = 0; p < kCount; ++p)
        std::memcpy(&four[p], codes + p * strides.pixel + g, 4);
      for (int i = 0; i < 4; ++i, table += kGroup<E>)
        for (uint32_t p = 0; p < kCount; ++p)
          addRow(table, four[p] >> 8 * i & 255, sum[p]);
    }
    for (; g < part.length; ++g, table += kGroup<E>)
      for (uint32_t p = 0; p < kCount; ++p)
        addRow(table, codes[p * strides.pixel + g], sum[p]);
  }
};

/// Windows of three taps a row with stride 1, which share inputs, of kGroups groups each: a code is taken apart
/// once for the three outputs beside it. Each of them sees its taps from left to right, as in EachOutput.
template <uint32_t kGroups>
struct SharedInputs {
  template <uint32_t kCount, typename E>
  static HWY_INLINE void add(const Part<E> &part, const Strides &strides, const uint8_t *codes,
                             TableSum<kCount, E> &sum) {
    const E *table = part.table;
    for (uint32_t run = 0; run < part.runs; ++run, codes += strides.run, table += 3 * kTap<E>)
      addInputs(table, codes, sum, std::make_integer_sequence<uint32_t, kCount + 2>());
  }

private:
  template <typename E>
  static constexpr size_t kTap = kGroups * kGroup<E>;

  template <typename E, size_t kCount, uint32_t... kInput>
  static HWY_INLINE void addInputs(const E *table, const uint8_t *codes,
                                   hn::Vec<RowTag<E>> (&sum)[kCount][kRowVectors<E>],
                                   std::integer_sequence<uint32_t, kInput...>) {
    (addInput<kInput>(table, codes + kInput * kGroups, sum), ...);
  }

  /// Input kInput is the first tap of output kInput, the second of the one before, the third of that before.
  template <uint32_t kInput, typename E, size_t kCount>
  static HWY_INLINE void addInput(const E *table, const uint8_t *codes,
                                  hn::Vec<RowTag<E>> (&sum)[kCount][kRowVectors<E>]) {
    for (uint32_t g = 0; g < kGroups; g += 4) {
      uint32_t four;
      std::memcpy(&four, codes + g, 4);
      for (int i = 0; i < 4; ++i, table += kGroup<E>) {
        const uint32_t code = four >> 8 * i & 255;
        if constexpr (kInput < kCount)
          addRow(table, code, sum[kInput]);
        if constexpr (kInput >= 1 && kInput < kCount + 1)
          addRow(table + kTap<E>, code, sum[kInput - 1]);
        if constexpr (kInput >= 2)
          addRow(table + 2 * kTap<E>, code, sum[kInput - 2]);
      }
    }
  }
};

/// kCount neighbouring outputs.
template <typename Way, uint32_t kCount, typename E>
HWY_INLINE void addPartTo(const Part<E> &part, const Strides &strides, const uint8_t *codes,
                          E *HWY_RESTRICT sums) {
  TableSum<kCount, E> sum;
  loadSums<kCount>(part.isFirst, sums, sum);
  Way::template add<kCount>(part, strides, codes, sum);
  storeSums<kCount>(sum, sums);
}

/// All outputs in some rows of all steps.
template <typename Way, typename E>
HWY_NOINLINE void addPart(const Window &w, const Part<E> &part, const Strides &strides,
                          uint32_t steps, E *sums, Range rows) {
  constexpr uint32_t kMost = kPixels<E>;
  for (uint32_t step = 0; step < steps; ++step)
    for (uint32_t y = rows.begin; y < rows.end; ++y) {
      const uint8_t *codes = part.codes + step * w.countCodes() + y * strides.row;
      E *to = sums + (size_t{step} * w.out.height + y) * w.out.width * kTableOutputs<E>;
      uint32_t x = 0;
      for (; x + kMost <= w.out.width; x += kMost, to += kMost * kTableOutputs<E>)
        addPartTo<Way, kMost>(part, strides, codes + x * strides.pixel, to);
      for (; x < w.out.width; ++x, to += kTableOutputs<E>)
        addPartTo<Way, 1>(part, strides, codes + x * strides.pixel, to);
    }
}

/// Rows of three taps, a few at a time.
template <uint32_t kGroups, typename E>
const E *convolveShared(const Window &w, Part<E> part, const Strides &strides, uint32_t steps,
                        E *sums, Range rows) {
  const uint8_t *codes = part.codes;
  for (uint32_t ky = 0; ky < w.kernelHeight; ky += part.runs, part.isFirst = false) {
    part.codes = codes + ky * strides.run;
    part.runs = std::min(kPartGroups / (3 * kGroups), w.kernelHeight - ky);
    addPart<SharedInputs<kGroups>>(w, part, strides, steps, sums, rows);
    part.table += part.runs * 3 * kGroups * kGroup<E>;
  }
  return part.table;
}

/// Runs of groups, or parts of them.
template <typename E>
const E *convolveEach(const Window &w, Part<E> part, const Strides &strides, uint32_t steps,
                      E *sums, Range rows) {
  const uint8_t *codes = part.codes;
  const uint32_t groups = w.in.channels / 4, length = w.runLength() / 4;
  for (uint32_t ky = 0; ky < w.kernelHeight; ++ky)
    for (uint32_t run = 0; run < w.runCount(); ++run)
      for (uint32_t g = 0; g < length; g += part.length, part.isFirst = false) {
        part.length = std::min(kPartGroups, length - g);
        part.codes = codes + ky * strides.run + size_t{run} * w.dilationX * groups + g;
        addPart<EachOutput>(w, part, strides, steps, sums, rows);
        part.table += part.length * kGroup<E>;
      }
  return part.table;
}

/// Every part of the table goes over the outputs of all steps before the next one does.
template <typename E>
void convolveTable(const Window &w, const E *table, const uint8_t *codes, uint32_t steps, E *sums,
                   Range rows) {
  rows.end = rows.endOf(w.out.height);
  const uint32_t groups = w.in.channels / 4;
  const size_t rowCodes = size_t{w.paddedWidth()} * groups;
  const Strides strides{size_t{w.strideX} * groups, w.dilationY * rowCodes, w.strideY * rowCodes};
  const bool isShared = w.kernelWidth == 3 && w.strideX == 1 && w.dilationX == 1;
  for (uint32_t block = 0; block < w.paddedOutputs; block += kTableOutputs<E>) {
    const Part<E> part{table, codes, 0, 1, true};
    if (isShared && groups == 4)
      table = convolveShared<4>(w, part, strides, steps, sums, rows);
    else if (isShared && groups == 8)
      table = convolveShared<8>(w, part, strides, steps, sums, rows);
    else if (isShared && groups == 16)
      table = convolveShared<16>(w, part, strides, steps, sums, rows);
    else
      table = convolveEach(w, part, strides, steps, sums, rows);
    sums += size_t{steps} * w.out.height * w.out.width * kTableOutputs<E>;
  }
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
  void convolveTable##Suffix(const Window &w, const E *table, const uint8_t *codes,                \
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
  void convolveTable(const Window &w, const E *table, const uint8_t *codes, uint32_t steps,        \
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
