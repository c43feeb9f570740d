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

/// The sums of neighbouring weights of an input row, for every pattern of their bits.
template <typename T, typename E>
void fillTable(const Delivery<T> &d, uint32_t shift, Aligned<E> &table) {
  constexpr uint32_t kOutputs = kernels::kTableOutputs<E>;
  uint32_t words = d.countWords(), taps = d.kernelHeight * d.kernelWidth;
  table.resize(size_t{taps} * words * kernels::kTableRows * d.paddedOutputs);
  E *row = table.data();
  for (uint32_t block = 0; block < d.paddedOutputs; block += kOutputs)
    for (uint32_t ky = 0; ky < d.kernelHeight; ++ky)
      for (uint32_t word = 0; word < words; ++word)
        for (uint32_t kx = 0; kx < d.kernelWidth; ++kx)
          for (const kernels::TablePattern &pattern : kernels::kTablePatterns) {
            uint32_t first = word * 16 + pattern.channel;
            uint32_t tap = ky * d.kernelWidth + kx;
            for (uint32_t bits = 0; bits < 1u << pattern.count; ++bits, row += kOutputs)
              for (uint32_t o = 0; o < kOutputs; ++o) {
                T sum = 0;
                for (uint32_t c = 0; c < pattern.count && first + c < d.in.channels; ++c)
                  if (bits >> c & 1)
                    sum += d.dense[(size_t{tap} * d.in.channels + first + c) * d.paddedOutputs +
                                   block + o];
                if constexpr (std::is_same_v<T, int32_t>)
                  sum >>= shift; // a multiple of it
                row[o] = static_cast<E>(sum);
              }
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
  // A single window uses one row for a pattern in a step: a table that the cache does not keep gains nothing.
  const size_t words = size_t{d.kernelHeight} * d.kernelWidth * d.countWords();
  double bytes = static_cast<double>(words * kernels::kTableRows * d.paddedOutputs * sizeof(T));
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
