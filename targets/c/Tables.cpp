#include "targets/c/Tables.h"

#include <cmath>

namespace snnc::c {

using ::snn::detail::Delivery;
using ::snn::detail::Operation;

namespace {

/// The weight of an input channel (or row) k, tap and output o, as the program has them: the plan keeps
/// them shifted, and those of some convolutions mirrored along a row.
int getWeight(const Operation &op, const Delivery<int32_t> &d, size_t k, size_t tap, size_t o) {
  size_t place = k * d.columns + o;
  if (op.kind != Operation::Kind::Gemm) {
    size_t width = d.kernelWidth, x = tap % width;
    size_t at = d.hasReversedTaps() ? tap - x + width - 1 - x : tap;
    place = (k * d.kernelHeight * width + at) * d.outputsPerGroup + o;
  }
  return d.weights[place] / (1 << op.shift);
}

} // namespace

PackedWeights packWeights(const Operation &op, const Delivery<int32_t> &d) {
  bool isGemm = op.kind == Operation::Kind::Gemm;
  size_t inputs = isGemm ? d.rows : d.in.channels;
  size_t taps = isGemm ? 1 : size_t{d.kernelHeight} * d.kernelWidth;
  size_t outputs = isGemm ? d.columns : d.outputsPerGroup;
  PackedWeights packed;
  packed.bits = op.weight.bits;
  size_t perByte = 8 / packed.bits;
  packed.rowBytes = static_cast<uint32_t>((outputs + perByte - 1) / perByte);
  unsigned mask = (1u << packed.bits) - 1;
  for (size_t k = 0; k < inputs; ++k)
    for (size_t tap = 0; tap < taps; ++tap) {
      size_t row = packed.bytes.size();
      packed.bytes.resize(row + packed.rowBytes, 0);
      for (size_t o = 0; o < outputs; ++o)
        packed.bytes[row + o / perByte] |=
            (static_cast<unsigned>(getWeight(op, d, k, tap, o)) & mask)
            << (o % perByte * packed.bits);
    }
  return packed;
}

} // namespace snnc::c
