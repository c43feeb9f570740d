#include "compiler/tune/Layers.h"

#include <algorithm>
#include <cmath>

namespace snnc::tune {

namespace {

/// A price at which events hardly matter, in distortions of a network per events of it.
constexpr double kCheap = 0.125;
/// Another digit costs a seventh more events, and leaves a third to a quarter of the error.
constexpr double kErrorPower = 1.0 / 7;
/// Two thirds of a step leave the fewest digits.
constexpr double kEqualZone = 0.66;

} // namespace

double Layers::getLowPrice(const Measurement &found) const {
  return kCheap * found.getDistortion() / std::max(getCost(found), 1e-6);
}

double Layers::getScore(const Measurement &found) const {
  return getCost(found) * std::pow(found.getDistortion(), kErrorPower);
}

Candidate Layers::makeUniform(uint32_t steps, uint32_t perLayer, double zone, uint32_t cut) const {
  Candidate candidate;
  int64_t deepest = std::max<int64_t>(1, getDeepest());
  // Beyond as many steps as a layer takes, waiting longer gains nothing.
  double skew = std::min<double>(static_cast<double>(steps - perLayer + cut) / deepest, perLayer);
  for (int64_t depth : depths) {
    auto start = static_cast<uint32_t>(std::floor(skew * depth + 1e-9));
    candidate.frames.push_back({start, first});
    candidate.choices.push_back(
        {1, std::vector<double>(std::min(perLayer, steps - start), zone), {}});
  }
  return candidate;
}

Candidate Layers::makeEqual(const Uniform &uniform) const {
  Candidate candidate;
  for (int64_t depth : depths) {
    candidate.frames.push_back({getStart(uniform, depth), first});
    candidate.choices.push_back({1, std::vector<double>(uniform.steps, kEqualZone), {}});
  }
  return candidate;
}

} // namespace snnc::tune
