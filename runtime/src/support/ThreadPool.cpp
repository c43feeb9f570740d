#include "runtime/src/support/ThreadPool.h"

#include <algorithm>

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

ThreadPool::ThreadPool(unsigned threads) : parts(std::max(1u, threads)) {
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
  for (Part &part : parts)
    part.taken.store(round + 1, std::memory_order_relaxed);
  isOver.store(true, std::memory_order_relaxed);
  round.fetch_add(1, std::memory_order_release);
  round.notify_all();
  for (std::thread &helper : helpers)
    helper.join();
}

void ThreadPool::help(uint32_t thread) {
  for (uint32_t seen = 0;;) {
    seen = waitForChange(round, seen);
    if (isOver.load(std::memory_order_relaxed))
      return;
    work(thread, seen);
  }
}

/// Takes all parts of round `now` that nobody has taken, the thread's own first. One that comes when the round is over
/// finds none; and as long as somebody has a part the job stays in place.
void ThreadPool::work(uint32_t thread, uint32_t now) {
  const auto count = static_cast<uint32_t>(parts.size());
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t part = (thread + i) % count;
    uint32_t last = parts[part].taken.load(std::memory_order_relaxed);
    if (static_cast<int32_t>(now - last) <= 0 ||
        !parts[part].taken.compare_exchange_strong(last, now, std::memory_order_acq_rel))
      continue;
    job.call(job.context, part);
    if (open.fetch_sub(1, std::memory_order_acq_rel) == 1)
      open.notify_one();
  }
}

void ThreadPool::runParts(uint32_t count, Call call, const void *context) {
  const uint32_t now = round.load(std::memory_order_relaxed) + 1;
  job = {call, context};
  open.store(count, std::memory_order_relaxed);
  for (uint32_t part = count; part < parts.size(); ++part)
    parts[part].taken.store(now, std::memory_order_relaxed); // there are no such parts
  round.store(now, std::memory_order_release);
  round.notify_all();
  work(0, now);
  for (uint32_t left; (left = open.load(std::memory_order_acquire)) != 0;)
    waitForChange(open, left);
}

} // namespace snn::detail
