//===- Parallel: independent work on several threads ------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_PARALLEL_H
#define SNNC_COMPILER_SUPPORT_PARALLEL_H

#include <cstdint>
#include <functional>

namespace snnc {

/// `threads` of an option: one per processor where it is 0; ranks on one machine divide its processors.
unsigned getThreads(unsigned threads = 0);

/// Calls `work(i)` for i below `count` from several threads.
void parallelFor(unsigned threads, int64_t count, const std::function<void(int64_t)> &work);

} // namespace snnc

#endif
