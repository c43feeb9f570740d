#include "compiler/evaluate/MemoryBounds.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace snnc {

namespace {

std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

bool contains(const std::string &list, std::string_view name) {
  const std::vector<std::string> names = split(list, ',');
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Where the groups of a version are mounted. `root` is the group that is seen there.
struct Mount {
  bool isSecond;
  std::string root, folder;
};

/// Of a line of mountinfo, if it is one of groups that limit memory: "32 31 0:29 ROOT FOLDER OPTIONS ... - TYPE SOURCE OPTIONS".
std::optional<Mount> readMount(const std::string &line) {
  const std::vector<std::string> words = split(line, ' ');
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (words.size() < 5 || words.end() - dash < 4)
    return std::nullopt;
  if (dash[1] == "cgroup2")
    return Mount{true, words[3], words[4]};
  if (dash[1] == "cgroup" && contains(dash[3], "memory"))
    return Mount{false, words[3], words[4]};
  return std::nullopt;
}

/// The path of this process's group below a mount. A container may see itself under a path that is not there: then it is all
/// of what is mounted.
std::string getPathBelow(const Mount &mount, const std::string &path) {
  if (mount.root == "/")
    return path;
  const bool isBelow = path.compare(0, mount.root.size(), mount.root) == 0 &&
                       (path.size() == mount.root.size() || path[mount.root.size()] == '/');
  return isBelow ? path.substr(mount.root.size()) : "";
}

/// A number in a file; "max", and everything else, is none.
uint64_t readLimit(const std::filesystem::path &file) {
  std::ifstream stream(file);
  std::string text;
  uint64_t limit = 0;
  if (!(stream >> text))
    return MemoryBounds::kNone;
  auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), limit);
  return problem == std::errc() && end == text.data() + text.size() ? limit : MemoryBounds::kNone;
}

/// The least limit from a group to what it is mounted in.
uint64_t findMin(const std::string &root, const Mount &mount, const std::string &path) {
  const char *name = mount.isSecond ? "memory.max" : "memory.limit_in_bytes";
  uint64_t min = MemoryBounds::kNone;
  std::filesystem::path folder = root + mount.folder;
  min = std::min(min, readLimit(folder / name));
  for (const std::string &part : split(getPathBelow(mount, path), '/'))
    if (!part.empty()) {
      folder /= part;
      min = std::min(min, readLimit(folder / name));
    }
  return min;
}

} // namespace

uint64_t readGroupLimit(const std::string &root) {
  uint64_t min = MemoryBounds::kNone;
  std::ifstream mounts(root + "/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const std::optional<Mount> mount = readMount(line);
    if (!mount)
      continue;
    std::ifstream groups(root + "/proc/self/cgroup"); // "4:memory:/PATH", of version 2 "0::/PATH"
    for (std::string group; std::getline(groups, group);) {
      const size_t first = group.find(':'), second = group.find(':', first + 1);
      if (first == std::string::npos || second == std::string::npos)
        continue;
      const std::string controllers = group.substr(first + 1, second - first - 1);
      if (mount->isSecond ? controllers.empty() : contains(controllers, "memory"))
        min = std::min(min, findMin(root, *mount, group.substr(second + 1)));
    }
  }
  return min;
}

MemoryBounds readMemoryBounds() {
  MemoryBounds bounds;
  bounds.machine =
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  bounds.group = readGroupLimit();
  rlimit addresses{};
  if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
    bounds.process = addresses.rlim_cur;
  return bounds;
}

uint64_t getUsualLimit(const MemoryBounds &bounds, unsigned processes) {
  return std::min(std::min(bounds.machine, bounds.group) / processes, bounds.process) / 4 * 3;
}

} // namespace snnc
