//===- Stages: what synapses are in core programs --------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_STAGES_H
#define SNNC_TARGETS_CORE_STAGES_H

#include "mlir/IR/Operation.h"
#include "targets/core/simulator/Program.h"

namespace snnc::core {

inline Shape toShape(llvm::ArrayRef<int64_t> numbers) { return {numbers.begin(), numbers.end()}; }
template <typename T>
std::vector<int32_t> toInts(const T &numbers) {
  return {numbers.begin(), numbers.end()};
}
inline uint32_t toUnsigned(int64_t number) { return static_cast<uint32_t>(number); }

/// The stage of a synapse with one stream; nothing for those that only add (bias, add).
std::optional<Stage> makeStage(mlir::Operation *op);

} // namespace snnc::core

#endif
