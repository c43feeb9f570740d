//===- Synapses: what one event adds to the neurons of a box --------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_SYNAPSES_H
#define SNNC_TARGETS_CORE_SIMULATOR_SYNAPSES_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

/// A path made ready: kernels lie so that the outputs of one input are next to each other.
class Synapses {
public:
  /// `shape` is that of the operand the path ends in.
  Synapses(const Path &path, const Shape &shape);

  /// Adds what an event of `neuron` of the source, worth `value`, gives to the neurons of `box`, whose
  /// sums lie row-major in `sums`. Returns the number of additions.
  uint64_t deliver(uint32_t neuron, int32_t value, const Population &box, int32_t *sums) const;

  uint32_t source() const { return path.source; }
  uint32_t operand() const { return path.operand; }

private:
  const Path &path;
  const Shape &shape;
  std::vector<std::vector<int16_t>> kernels; ///< per stage; Conv: input, position, output channel

  uint64_t apply(size_t stage, uint32_t element, int32_t value, const Population &box,
                 int32_t *sums) const;
  uint64_t finish(uint32_t element, int32_t value, const Population &box, int32_t *sums) const;
  uint64_t conv(size_t stage, uint32_t element, int32_t value, const Population &box,
                int32_t *sums) const;
  uint64_t gemm(size_t stage, uint32_t element, int32_t value, const Population &box,
                int32_t *sums) const;
  uint64_t gather(size_t stage, uint32_t element, int32_t value, const Population &box,
                  int32_t *sums) const;
  uint64_t pool(size_t stage, uint32_t element, int32_t value, const Population &box,
                int32_t *sums) const;
};

} // namespace snnc::core

#endif
