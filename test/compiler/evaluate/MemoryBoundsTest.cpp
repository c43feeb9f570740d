//===- Limits of control groups are found, and processes share a machine ------------------------------------------===//
#include "compiler/evaluate/MemoryBounds.h"
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace snnc {
namespace {

constexpr uint64_t kGiB = uint64_t{1} << 30;

/// A folder that looks as `/` does to a process in groups.
class MemoryBoundsTest : public testing::Test {
protected:
  const std::filesystem::path root =
      std::filesystem::path(testing::TempDir()) /
      ("groups-" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));

  void SetUp() override { std::filesystem::remove_all(root); }
  void TearDown() override { std::filesystem::remove_all(root); }

  void write(const std::string &path, const std::string &text) {
    const std::filesystem::path file = root / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  void mount(const std::string &lines) {
    write("proc/self/mountinfo", "23 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n" + lines);
  }
  uint64_t read() const { return readGroupLimit(root); }
};

TEST_F(MemoryBoundsTest, NothingSaysNothing) {
  EXPECT_EQ(read(), MemoryBounds::kNone);
  mount("40 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw");
  write("proc/self/cgroup", "0::/");
  EXPECT_EQ(read(), MemoryBounds::kNone);
}

TEST_F(MemoryBoundsTest, TheLeastOfTheGroupsAroundCounts) {
  mount("40 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw");
  write("proc/self/cgroup", "0::/system.slice/job/step");
  write("sys/fs/cgroup/system.slice/memory.max", "max");
  write("sys/fs/cgroup/system.slice/job/memory.max", std::to_string(kGiB));
  write("sys/fs/cgroup/system.slice/job/step/memory.max", std::to_string(2 * kGiB));
  write("sys/fs/cgroup/system.slice/other/memory.max", "4096");
  EXPECT_EQ(read(), kGiB);
  write("sys/fs/cgroup/system.slice/job/step/memory.max", "12345");
  EXPECT_EQ(read(), 12345U);
  write("sys/fs/cgroup/system.slice/job/step/memory.max", "12345 and more");
  write("sys/fs/cgroup/system.slice/job/memory.max", "12q");
  EXPECT_EQ(read(), 12345U);
}

TEST_F(MemoryBoundsTest, VersionOneHasAMountForMemory) {
  mount("32 23 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n"
        "35 23 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        "41 23 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw");
  write("proc/self/cgroup", "4:memory:/jobs/one\n1:cpu:/jobs/two\n0::/");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712");
  write("sys/fs/cgroup/memory/jobs/one/memory.limit_in_bytes", std::to_string(3 * kGiB));
  write("sys/fs/cgroup/memory/jobs/two/memory.limit_in_bytes", std::to_string(kGiB));
  write("sys/fs/cgroup/cpu/jobs/two/memory.limit_in_bytes", std::to_string(kGiB));
  EXPECT_EQ(read(), 3 * kGiB);
}

/// A container without a name space of its own for groups sees its path on the host, of which only the end is mounted.
TEST_F(MemoryBoundsTest, AContainerIsWhatIsMounted) {
  mount("35 23 0:32 /docker/0a1b /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory");
  write("sys/fs/cgroup/memory/memory.limit_in_bytes", std::to_string(2 * kGiB));
  write("sys/fs/cgroup/memory/inner/memory.limit_in_bytes", std::to_string(kGiB));
  for (const char *path : {"/docker/0a1b", "/docker/0a1b2c/inner", "/", "/../elsewhere"}) {
    write("proc/self/cgroup", std::string("4:memory:") + path);
    EXPECT_EQ(read(), 2 * kGiB) << path;
  }
  write("proc/self/cgroup", "4:memory:/docker/0a1b/inner");
  EXPECT_EQ(read(), kGiB);
}

TEST_F(MemoryBoundsTest, ProcessesShareWhatIsShared) {
  MemoryBounds bounds;
  bounds.machine = 16 * kGiB;
  EXPECT_EQ(getUsualLimit(bounds, 1), 12 * kGiB);
  EXPECT_EQ(getUsualLimit(bounds, 4), 3 * kGiB);
  bounds.group = 8 * kGiB;
  EXPECT_EQ(getUsualLimit(bounds, 1), 6 * kGiB);
  EXPECT_EQ(getUsualLimit(bounds, 2), 3 * kGiB);
  bounds.process = 4 * kGiB; // of each
  EXPECT_EQ(getUsualLimit(bounds, 1), 3 * kGiB);
  EXPECT_EQ(getUsualLimit(bounds, 2), 3 * kGiB);
  EXPECT_EQ(getUsualLimit(bounds, 4), 3 * kGiB / 2);
  EXPECT_LE(readMemoryBounds().machine, uint64_t{1} << 50);
}

} // namespace
} // namespace snnc
