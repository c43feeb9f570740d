//===- Ladder: settings of networks in which all layers are alike ---------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_LADDER_H
#define SNNC_COMPILER_TUNE_LADDER_H

#include <cstdint>
#include <vector>

namespace snnc::tune {

/// The settings of a network in which all layers are alike.
struct Uniform {
  uint32_t steps = 0; ///< that each layer takes, each half as large as the one before
  double skew = 0;    ///< time steps by which each layer begins later

  bool operator==(const Uniform &) const = default;
};

/// What settings may be like.
struct Limits {
  int64_t maxSteps = 0; ///< time steps at most; 0: any number
  double skew = -1;     ///< the one that all have; below 0: their own
  /// Whether layers begin in the last step of those before them, so that all that they hear is final (as far as
  /// `maxSteps` allows): for executors in which silent time steps cost nothing.
  bool isStaged = false;
};

/// The settings that are tried, from few events to many, for a network whose deepest layer has `deepest` before it.
std::vector<Uniform> getLadder(int64_t deepest, const Limits &limits);
/// The time step in which a layer of this depth begins.
uint32_t getStart(const Uniform &uniform, int64_t depth);

} // namespace snnc::tune

#endif
