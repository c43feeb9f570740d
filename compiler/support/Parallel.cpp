#include "compiler/support/Parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace snnc {

unsigned getThreads(unsigned threads) {
  return threads ? threads : std::max(1u, std::thread::hardware_concurrency());
}

void parallelFor(unsigned threads, int64_t count, const std::function<void(int64_t)> &work) {
  std::atomic<int64_t> next = 0;
  auto run = [&] {
    for (int64_t i; (i = next.fetch_add(1)) < count;)
      work(i);
  };
  std::vector<std::thread> pool;
  for (unsigned i = 1; i < std::min<int64_t>(threads, count); ++i)
    pool.emplace_back(run);
  run();
  for (std::thread &thread : pool)
    thread.join();
}

} // namespace snnc
