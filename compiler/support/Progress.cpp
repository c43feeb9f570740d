#include "compiler/support/Progress.h"

#include <algorithm>
#include <fmt/core.h>
#include <unistd.h>

namespace snnc {

/// Fast enough to look alive, slow enough to cost nothing.
static constexpr std::chrono::milliseconds kInterval{100};

Progress::Progress(std::string name, int64_t total)
    : name(std::move(name)), total(total), visible(isatty(STDERR_FILENO) && total > 0),
      start(Clock::now()), shown(start) {}

Progress::~Progress() {
  if (visible)
    fmt::print(stderr, "\r\033[K");
}

void Progress::update(int64_t done) {
  Clock::time_point now = Clock::now();
  if (!visible || done <= 0 || now - shown < kInterval)
    return;
  shown = now;
  double seconds = std::chrono::duration<double>(now - start).count();
  done = std::min(done, total);
  double left = seconds * static_cast<double>(total - done) / static_cast<double>(done);
  fmt::print(stderr, "\r\033[K{}: {} / {} ({:.0f} %), {:.0f} s left{}{}", name, done, total,
             100.0 * static_cast<double>(done) / static_cast<double>(total), left,
             note.empty() ? "" : "; ", note);
  std::fflush(stderr);
}

} // namespace snnc
