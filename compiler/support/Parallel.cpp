#include "compiler/support/Parallel.h"

#include "compiler/support/Ranks.h"
#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace snnc {

unsigned getThreads(unsigned threads) {
  return threads ? threads : std::max(1u, std::thread::hardware_concurrency() / ranks::countHere());
}

void parallelFor(unsigned threads, int64_t count, const std::function<void(int64_t)> &work) {
  std::atomic<int64_t> next = 0;
  std::exception_ptr problem;
  std::mutex mutex;
  auto run = [&] {
    try {
      for (int64_t i; (i = next.fetch_add(1)) < count;)
        work(i);
    } catch (...) {
      std::lock_guard<std::mutex> lock(mutex);
      if (!problem)
        problem = std::current_exception();
      next = count; // the others stop, too
    }
  };
  std::vector<std::thread> pool;
  pool.reserve(threads);
  try {
    for (unsigned i = 1; i < std::min<int64_t>(threads, count); ++i)
      pool.emplace_back(run);
  } catch (const std::system_error &) {
    // The system gives no more threads: those that there are do everything.
  }
  run();
  for (std::thread &thread : pool)
    thread.join();
  if (problem)
    std::rethrow_exception(problem);
}

} // namespace snnc
