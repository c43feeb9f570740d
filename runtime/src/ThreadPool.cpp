#include "runtime/src/ThreadPool.h"

namespace snn::detail {

namespace {

/// Looks at a number before a thread goes to sleep: some fifty microseconds, in which the next call usually comes.
constexpr int kTriesAwake = 4000;

/// Waits until `value` is another one than `old`; gives what it is then.
uint32_t waitForChange(const std::atomic<uint32_t> &value, uint32_t old) {
  for (int i = 0; i < kTriesAwake; ++i) {
    if (uint32_t now = value.load(std::memory_order_acquire); now != old)
      return now;
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }
  value.wait(old, std::memory_order_acquire);
  return value.load(std::memory_order_acquire);
}

} // namespace

ThreadPool::ThreadPool(unsigned threads) {
  try {
    for (uint32_t i = 1; i < threads; ++i)
      helpers.emplace_back([this, i] { help(i); });
  } catch (...) { // the system has no more of them
    stop();
    throw;
  }
}

ThreadPool::~ThreadPool() { stop(); }

void ThreadPool::stop() {
  isOver.store(true, std::memory_order_relaxed);
  round.fetch_add(1, std::memory_order_release);
  round.notify_all();
  for (std::thread &helper : helpers)
    helper.join();
}

/// Everyone takes note of every call, so that the next one finds nobody who still reads this one.
void ThreadPool::help(uint32_t thread) {
  for (uint32_t seen = 0;;) {
    seen = waitForChange(round, seen);
    if (isOver.load(std::memory_order_relaxed))
      return;
    if (thread < job.count)
      job.call(job.context, thread);
    if (open.fetch_sub(1, std::memory_order_acq_rel) == 1)
      open.notify_one();
  }
}

void ThreadPool::begin(uint32_t count, Call call, const void *context) {
  job = {call, context, count};
  open.store(size() - 1, std::memory_order_relaxed);
  round.fetch_add(1, std::memory_order_release);
  round.notify_all();
}

void ThreadPool::finish() {
  for (uint32_t left; (left = open.load(std::memory_order_acquire)) != 0;)
    waitForChange(open, left);
}

} // namespace snn::detail
