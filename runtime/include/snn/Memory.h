//===- Memory: what a program needs before it runs --------------------------------------------------------------===//
#ifndef SNN_MEMORY_H
#define SNN_MEMORY_H

#include "snn/Engine.h"
#include <algorithm>

namespace snn {

/// Bytes that a program takes beside its file.
struct MemoryNeed {
  uint64_t plan = 0; ///< weights and tables, once for all engines
  uint64_t engine =
      0;            ///< states, events and buffers of an engine with one thread that runs samples
  uint64_t ann = 0; ///< the same of one that only evaluates the ANN

  /// With so many engines of the one kind, and then of the other, as `runBatch` has them.
  uint64_t total(unsigned engines) const { return plan + engines * std::max(engine, ann); }
};

/// What is expected of engines that run `steps` time steps of a sample in `order`. Layer by layer the events of all steps are
/// kept, and layers that run without steps need none of their states.
MemoryNeed expectMemory(const Program &program, uint32_t steps, Order order);

} // namespace snn

#endif
