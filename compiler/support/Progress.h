//===- Progress: a line on the terminal while something long goes on ---------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_PROGRESS_H
#define SNNC_COMPILER_SUPPORT_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <string>

namespace snnc {

/// Writes "name: 40 / 1000 (4 %), 12 s left; note" over itself on standard error when that is a terminal,
/// and nothing otherwise. The line goes away with the object. One thread at a time.
class Progress {
public:
  Progress(std::string name, int64_t total);
  ~Progress();
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void update(int64_t done);
  /// More or less to do than was believed.
  void setTotal(int64_t number) { total = number; }
  /// What there is to say so far; empty: nothing.
  void setNote(std::string text) { note = std::move(text); }

private:
  using Clock = std::chrono::steady_clock;
  std::string name, note;
  int64_t total;
  bool visible;
  Clock::time_point start, shown;
};

} // namespace snnc

#endif
