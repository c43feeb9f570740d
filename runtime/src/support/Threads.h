//===- Threads: a piece of work on several of them --------------------------------------------------------------===//
#ifndef SNN_SRC_SUPPORT_THREADS_H
#define SNN_SRC_SUPPORT_THREADS_H

#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace snn::detail {

/// Calls `work(0)` to `work(count - 1)`, at the same time as far as the system gives threads, and returns when all are
/// done. What a call throws is thrown here then: the first of several.
template <typename Work>
void runThreads(size_t count, const Work &work) {
  std::exception_ptr problem;
  std::mutex mutex;
  auto guarded = [&](size_t i) {
    try {
      work(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex);
      if (!problem)
        problem = std::current_exception();
    }
  };
  std::vector<std::thread> pool;
  pool.reserve(count);
  try {
    while (pool.size() + 1 < count)
      pool.emplace_back(guarded, pool.size() + 1);
  } catch (const std::system_error &) {
    // No more threads: this one does what is left.
  }
  guarded(0);
  for (size_t i = pool.size() + 1; i < count; ++i)
    guarded(i);
  for (std::thread &thread : pool)
    thread.join();
  if (problem)
    std::rethrow_exception(problem);
}

} // namespace snn::detail

#endif
