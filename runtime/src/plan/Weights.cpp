//===- The weights of plain convolutions, as the vectorized kernels take them -----------------------------===//
#include "runtime/src/kernels/Convolution.h"
#include "runtime/src/plan/Deliveries.h"
#include <hwy/detect_compiler_arch.h>

namespace snn::detail {

namespace {

/// Integer weights of 16 bits once more, those of two neighbouring channels side by side.
template <typename T>
void arrangePairs([[maybe_unused]] Delivery<T> &d) {
#if HWY_ARCH_X86
  if constexpr (std::is_same_v<T, int32_t>) {
    auto fits = [](int32_t weight) { return weight == static_cast<int16_t>(weight); };
    if (d.in.channels % 2 != 0 || !std::all_of(d.dense.begin(), d.dense.end(), fits))
      return;
    d.pairs.resize(d.dense.size());
    for (size_t i = 0; i < d.dense.size(); ++i) {
      size_t row = i / d.paddedOutputs, o = i % d.paddedOutputs;
      d.pairs[(row / 2 * d.paddedOutputs + o) * 2 + row % 2] = static_cast<int16_t>(d.dense[i]);
    }
  }
#endif
}

/// The sums of four neighbouring weights of an input row, for every pattern of their bits.
template <typename T, typename E>
void fillTable(const Delivery<T> &d, uint32_t shift, Aligned<E> &table) {
  using kernels::kTableRows;
  constexpr uint32_t kOutputs = kernels::kTableOutputs<E>;
  size_t fours = d.dense.size() / 4 / d.paddedOutputs;
  table.resize(d.dense.size() / 4 * kTableRows);
  for (size_t four = 0; four < fours; ++four)
    for (uint32_t bits = 0; bits < kTableRows; ++bits)
      for (uint32_t o = 0; o < d.paddedOutputs; ++o) {
        T sum = 0;
        for (uint32_t c = 0; c < 4; ++c)
          if (bits >> c & 1)
            sum += d.dense[(four * 4 + c) * d.paddedOutputs + o];
        if constexpr (std::is_same_v<T, int32_t>)
          sum >>= shift; // a multiple of it
        size_t row = (o / kOutputs * fours + four) * kTableRows + bits;
        table[row * kOutputs + o % kOutputs] = static_cast<E>(sum);
      }
}

/// The largest sum of magnitudes of an output's weights: no sum of some of them exceeds it.
int64_t getReach(const Delivery<int32_t> &d) {
  std::vector<int64_t> sums(d.paddedOutputs, 0);
  for (size_t i = 0; i < d.dense.size(); ++i)
    sums[i % d.paddedOutputs] += std::abs(int64_t{d.dense[i]});
  return *std::max_element(sums.begin(), sums.end());
}

template <typename T>
void arrangeTable(Delivery<T> &d) {
  if constexpr (std::is_same_v<T, int32_t>) {
    uint32_t common = 0; // bits of any weight
    for (int32_t weight : d.dense)
      common |= static_cast<uint32_t>(weight);
    d.tableShift = common == 0 ? 0 : static_cast<uint32_t>(__builtin_ctz(common));
    if (getReach(d) >> d.tableShift <= INT16_MAX)
      return fillTable(d, d.tableShift, d.shortTable);
    d.tableShift = 0;
  }
  // A single window uses one row of 16 in a step: a table that the cache does not keep gains nothing.
  double bytes = static_cast<double>(d.dense.size() / 4 * kernels::kTableRows * sizeof(T));
  if (d.out.height * d.out.width > 1 || bytes <= d.costs.cacheBytes)
    fillTable(d, 0, d.table);
}

} // namespace

template <typename T>
void arrangeWeights(const Stream &in, Delivery<T> &d) {
  uint32_t channels = d.in.channels, taps = d.kernelHeight * d.kernelWidth;
  d.paddedOutputs =
      (d.out.channels + kernels::kRowMultiple - 1) / kernels::kRowMultiple * kernels::kRowMultiple;
  d.dense.resize(size_t{taps} * channels * d.paddedOutputs);
  for (uint32_t c = 0; c < channels; ++c)
    for (uint32_t tap = 0; tap < taps; ++tap)
      std::copy_n(d.weights.data() + (size_t{c} * taps + d.getPlace(tap)) * d.out.channels,
                  d.out.channels, d.dense.data() + (size_t{tap} * channels + c) * d.paddedOutputs);
  arrangePairs(d);
  if (in.isSpikes && Events<T>::getForm(in.code) == Events<T>::Form::Uniform && channels % 4 == 0)
    arrangeTable(d);
}

#define SNN_INSTANTIATE(T) template void arrangeWeights(const Stream &, Delivery<T> &);
SNN_INSTANTIATE(float)
SNN_INSTANTIATE(double)
SNN_INSTANTIATE(int32_t)
#undef SNN_INSTANTIATE

} // namespace snn::detail
