#include "targets/c/Tables.h"

namespace snnc::c {

using ::snn::detail::Delivery;
using ::snn::detail::Operation;

namespace {

/// The weight of an input channel (or row) k, tap and output o, without the synapse's shift. A loaded
/// program has its weights in the plan only.
int getWeight(const Operation &op, const Delivery<int32_t> &d, size_t k, size_t tap, size_t o) {
  int unit = 1 << op.shift;
  if (op.kind == Operation::Kind::Gemm)
    return d.weights[k * d.columns + o] / unit;
  size_t taps = size_t{d.kernelHeight} * d.kernelWidth;
  size_t row = tap / d.kernelWidth * d.kernelWidth;
  size_t place = d.hasReversedTaps() ? row + d.kernelWidth - 1 - tap % d.kernelWidth : tap;
  return d.weights[(k * taps + place) * d.outputsPerGroup + o] / unit;
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
