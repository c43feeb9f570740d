//===- Threads that work for one engine ------------------------------------------------------------------===//
#include "runtime/src/support/ThreadPool.h"
#include "runtime/src/engine/steps/Worker.h"
#include "runtime/src/support/Threads.h"
#include <barrier>
#include <chrono>
#include <gtest/gtest.h>
#include <set>

namespace snn::detail {
namespace {

/// Every part is done once, and what it wrote is there afterwards.
TEST(ThreadPool, DoesEveryPartOnce) {
  for (unsigned threads : {1u, 2u, 3u, 5u}) {
    ThreadPool pool(threads);
    ASSERT_EQ(pool.size(), threads);
    std::vector<uint32_t> calls(threads, 0), wanted = calls;
    for (uint32_t round = 0; round < 300; ++round) {
      const uint32_t parts = 1 + round % threads;
      if (round % 100 == 99) // long enough for the others to fall asleep
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
      pool.run(parts, [&](uint32_t part) { ++calls[part]; });
      for (uint32_t part = 0; part < parts; ++part)
        ++wanted[part];
      ASSERT_EQ(calls, wanted) << "round " << round;
    }
  }
}

/// Parts that wait for each other can only end in threads of their own.
TEST(ThreadPool, DoesPartsAtTheSameTime) {
  constexpr uint32_t kThreads = 3;
  ThreadPool pool(kThreads);
  std::set<std::thread::id> threads[kThreads];
  for (int round = 0; round < 20; ++round) {
    std::barrier all(kThreads);
    pool.run(kThreads, [&](uint32_t part) {
      threads[part].insert(std::this_thread::get_id());
      all.arrive_and_wait();
    });
  }
  std::set<std::thread::id> seen;
  for (const std::set<std::thread::id> &ids : threads)
    seen.insert(ids.begin(), ids.end());
  EXPECT_EQ(seen.size(), kThreads);
  EXPECT_TRUE(seen.contains(std::this_thread::get_id()));
}

/// What one call has written, another thread reads in the next.
TEST(ThreadPool, OrdersCalls) {
  constexpr uint32_t kThreads = 4, kNumbers = 1000;
  ThreadPool pool(kThreads);
  std::vector<uint32_t> from(kNumbers, 0), to = from;
  for (uint32_t round = 0; round < 200; ++round) {
    pool.run(kThreads, [&](uint32_t part) {
      for (uint32_t i = part; i < kNumbers; i += kThreads)
        to[i] = from[(i + 1) % kNumbers] + 1;
    });
    std::swap(from, to);
  }
  EXPECT_EQ(from, std::vector<uint32_t>(kNumbers, 200));
}

TEST(ThreadPool, EndsWithoutHavingBeenCalled) { ThreadPool pool(3); }

/// Parts are neighbours, cover everything once, begin with whole units, and none is empty if there are enough.
TEST(Worker, PartsCoverEverythingOnce) {
  for (uint64_t count : {1U, 63U, 64U, 65U, 1000U, 4096U})
    for (uint32_t unit : {1U, 64U, 192U})
      for (uint32_t parts : {1U, 2U, 3U, 7U}) {
        uint32_t next = 0;
        for (uint32_t i = 0; i < parts; ++i) {
          Range part = getPart(count, unit, i, parts);
          EXPECT_EQ(part.begin, next);
          EXPECT_TRUE(part.begin % unit == 0 || part.begin == count);
          EXPECT_GE(part.endOf(count), part.begin);
          if ((count + unit - 1) / unit >= parts) {
            EXPECT_GT(part.endOf(count), part.begin);
          }
          next = part.end;
        }
        EXPECT_EQ(next, UINT32_MAX);
      }
}

/// Every call is made, and what one of them throws reaches the caller.
TEST(Threads, PassExceptionsOn) {
  std::atomic<uint32_t> calls = 0;
  EXPECT_THROW(runThreads(6,
                          [&](size_t i) {
                            ++calls;
                            if (i % 2 == 1)
                              throw std::bad_alloc();
                          }),
               std::bad_alloc);
  EXPECT_EQ(calls, 6u);
}

} // namespace
} // namespace snn::detail
