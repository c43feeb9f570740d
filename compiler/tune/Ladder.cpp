#include "compiler/tune/Ladder.h"

#include <algorithm>
#include <cmath>

namespace snnc::tune {

namespace {

/// From few events to many. Each rung leaves about a quarter of the error of the one before; which networks
/// need a larger skew, that layers hear more of each other before they begin, only measuring tells. More than 15
/// halvings do not fit into the 16 bits that integer step sizes have.
constexpr Uniform kRungs[] = {{5, 2}, {6, 2},  {7, 2},  {7, 3}, {8, 3},
                              {9, 4}, {10, 5}, {12, 6}, {14, 7}};

/// Skews are told to people, and so are numbers of few digits.
double roundDown(double skew) { return std::floor(skew * 100 + 1e-9) / 100; }

/// The rung as far as it fits into the time steps of a network so deep.
Uniform limit(Uniform rung, int64_t deepest, const Limits &limits) {
  if (limits.skew >= 0)
    rung.skew = limits.skew;
  else if (limits.isStaged)
    rung.skew = rung.steps - 1;
  if (limits.maxSteps <= 0)
    return rung;
  rung.steps = static_cast<uint32_t>(std::min<int64_t>(rung.steps, limits.maxSteps));
  double left = static_cast<double>(limits.maxSteps - rung.steps);
  if (deepest > 0 && limits.skew < 0)
    rung.skew = roundDown(std::min(rung.skew, left / static_cast<double>(deepest)));
  return rung;
}

} // namespace

std::vector<Uniform> getLadder(int64_t deepest, const Limits &limits) {
  std::vector<Uniform> ladder;
  for (const Uniform &rung : kRungs)
    if (Uniform limited = limit(rung, deepest, limits);
        ladder.empty() || !(ladder.back() == limited))
      ladder.push_back(limited);
  return ladder;
}

uint32_t getStart(const Uniform &uniform, int64_t depth) {
  return static_cast<uint32_t>(std::floor(uniform.skew * static_cast<double>(depth)));
}

} // namespace snnc::tune
