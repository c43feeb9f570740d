//===- ThreadPool: threads that work for one engine -----------------------------------------------------------===//
//
// Made once; they wait until there is work, and the thread that calls works, too. Work comes in parts, and part `i` of
// every call goes to thread `i`, so that what that one wrote in the last call is still in its cache. A thread that the
// system does not let run takes none: the others do its part, and nobody waits for it. Nothing is allocated by a call.
//
//   pool.run(parts, [&](uint32_t part) { ... });
//
// Between calls the threads look for the next one for some tens of microseconds, and then sleep.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_SUPPORT_THREADPOOL_H
#define SNN_SRC_SUPPORT_THREADPOOL_H

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

  /// Calls `work(0)` to `work(parts - 1)`, at the same time, and returns when all are done: what they have written is
  /// there for everyone. There are at most size() parts.
  template <typename Work>
  void run(uint32_t parts, const Work &work) {
    if (parts <= 1)
      return work(uint32_t{0});
    runParts(
        parts,
        [](const void *context, uint32_t part) { (*static_cast<const Work *>(context))(part); },
        &work);
  }

private:
  using Call = void (*)(const void *context, uint32_t part);
  struct Job {
    Call call = nullptr;
    const void *context = nullptr;
  };
  struct alignas(64) Part {
    std::atomic<uint32_t> taken = 0; ///< the last round in which someone took it
  };

  Job job; ///< written while nobody has a part
  std::vector<Part> parts;
  alignas(64) std::atomic<uint32_t> round = 0; ///< calls there have been, and the end
  alignas(64) std::atomic<uint32_t> open = 0;  ///< parts that are not done
  std::atomic<bool> isOver = false;
  std::vector<std::thread> helpers;

  void runParts(uint32_t count, Call call, const void *context);
  void work(uint32_t thread, uint32_t now);
  void stop();
  void help(uint32_t thread);
};

} // namespace snn::detail

#endif
