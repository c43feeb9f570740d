//===- MemoryBounds: how much memory a process may have ---------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_MEMORYBOUNDS_H
#define SNNC_COMPILER_EVALUATE_MEMORYBOUNDS_H

#include <cstdint>
#include <string>

namespace snnc {

/// In bytes. All processes of a machine share the first two.
struct MemoryBounds {
  static constexpr uint64_t kNone = UINT64_MAX;
  uint64_t machine = kNone; ///< what it has
  uint64_t group =
      kNone; ///< what the control groups of this process may have: those of a container, or of a batch job
  uint64_t process = kNone; ///< `ulimit -v`
};

/// Those of this process.
MemoryBounds readMemoryBounds();

/// The least limit of the control groups that this process is in, of version 1 or 2, and of those around them; kNone where
/// nothing says one. Files are read below `root`.
uint64_t readGroupLimit(const std::string &root = "");

/// What one of `processes` that do the same on a machine uses without being asked: three quarters of its share.
uint64_t getUsualLimit(const MemoryBounds &bounds, unsigned processes);

} // namespace snnc

#endif
