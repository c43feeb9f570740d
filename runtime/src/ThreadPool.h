//===- ThreadPool: threads that work for one engine -----------------------------------------------------------===//
//
// Made once; they wait until there is work, and the thread that calls works, too. Thread `i` of a call is always
// the same one, so that what it wrote in the last call is still in its cache. Nothing is allocated by a call.
//
//   pool.run(count, [&](uint32_t thread) { ... });
//
// Between calls the threads look for the next one for some tens of microseconds, and then sleep.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_THREADPOOL_H
#define SNN_SRC_THREADPOOL_H

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace snn::detail {

class ThreadPool {
public:
  /// `threads` with the one that calls.
  explicit ThreadPool(unsigned threads);
  ~ThreadPool();
  ThreadPool(const ThreadPool &) = delete;
  ThreadPool &operator=(const ThreadPool &) = delete;

  uint32_t size() const { return static_cast<uint32_t>(helpers.size()) + 1; }

  /// Calls `work(0)` to `work(count - 1)`, each in a thread of its own, and returns when all are done: what they
  /// have written is there for everyone. `count` is at most size().
  template <typename Work>
  void run(uint32_t count, const Work &work) {
    if (count <= 1)
      return work(uint32_t{0});
    begin(
        count,
        [](const void *context, uint32_t thread) { (*static_cast<const Work *>(context))(thread); },
        &work);
    work(uint32_t{0});
    finish();
  }

private:
  using Call = void (*)(const void *context, uint32_t thread);
  struct Job {
    Call call = nullptr;
    const void *context = nullptr;
    uint32_t count = 0;
  };

  Job job;                                     ///< written while nobody works
  alignas(64) std::atomic<uint32_t> round = 0; ///< calls there have been, and the end
  alignas(64) std::atomic<uint32_t> open = 0;  ///< helpers that have not finished the call
  std::atomic<bool> isOver = false;
  std::vector<std::thread> helpers;

  void begin(uint32_t count, Call call, const void *context);
  void finish();
  void stop();
  void help(uint32_t thread);
};

} // namespace snn::detail

#endif
