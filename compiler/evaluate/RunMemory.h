//===- RunMemory: what a run takes, and how it stays within a limit ---------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_RUNMEMORY_H
#define SNNC_COMPILER_EVALUATE_RUNMEMORY_H

#include "compiler/data/Result.h"
#include "snn/Batch.h"
#include "snn/Memory.h"
#include <string>

namespace snnc {

/// "500K", "64M", "2G" (powers of 1024) or bytes; the error says so.
data::Result<uint64_t> parseSize(const std::string &text);

/// How a run fits into memory.
struct RunMemory {
  ::snn::Order order = ::snn::Order::Layers;
  unsigned engines = 1;   ///< samples that are worked on at the same time
  ::snn::MemoryNeed need; ///< beside the driver itself and its data
  /// Whether it is another order, or fewer samples at a time, than without a limit.
  bool isReduced = false;

  uint64_t total() const { return need.total(engines); }
  /// Has a batch run so.
  void apply(::snn::BatchOptions &options) const;
  /// "needs 96 MiB: 50 MiB for the program, 23 MiB for each of 2 images at a time, layer by layer".
  std::string toText() const;
};

/// What a run uses without being asked, in bytes (MemoryBounds.h): ranks on one machine share it.
uint64_t getUsualLimit();

/// What a run of `samples` takes within a `limit` in bytes: the order that is preferred, then fewer samples at a time, then the
/// other order, if none is asked for; where nothing fits, one sample in the order that takes least.
RunMemory fitMemory(const ::snn::Program &program, uint64_t samples,
                    const ::snn::BatchOptions &options, uint64_t limit = getUsualLimit());

/// The same; where nothing fits, the error says what would.
data::Result<RunMemory> planMemory(const ::snn::Program &program, uint64_t samples,
                                   const ::snn::BatchOptions &options, uint64_t limit);

} // namespace snnc

#endif
