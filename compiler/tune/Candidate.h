//===- Candidate: choices for a whole network, as plain data -------------------------------------------------===//
//
// What a search tries. It knows nothing of IR: `put` (Settings.h) brings one into a network.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_CANDIDATE_H
#define SNNC_COMPILER_TUNE_CANDIDATE_H

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace snnc::tune {

/// What one layer is given. Its steps halve, from `first` times `scale`.
struct Choice {
  double scale = 1;          ///< factor on the range
  std::vector<double> zones; ///< dead zone of each step, in step sizes: as many as there are steps
  std::vector<double> initial; ///< per channel, in units of the range without `scale`; empty: 0

  bool operator==(const Choice &) const = default;
};

/// When a layer begins, and how big its first step is at scale 1.
struct Frame {
  uint32_t start = 0;
  double first = 0.5;

  bool operator==(const Frame &) const = default;
};

/// How far the units of channels follow how much their errors matter (Sensitivity.h).
struct Balance {
  double exponent =
      1; ///< of how many times less sensitive a channel is than the median one; 0: not at all
  double max = 8; ///< times its unit that a channel gets at most

  bool operator==(const Balance &) const = default;
};

struct Candidate {
  Balance units{0, 1};
  std::vector<Frame> frames;   ///< by population
  std::vector<Choice> choices; ///< by population

  bool operator==(const Candidate &) const = default;

  /// Time steps until all layers have ended, and steps of a layer at most.
  uint32_t countSteps() const;
  uint32_t countLayerSteps() const;

  /// The same for equal candidates, on every machine. Of frames and choices: units and first steps are few.
  uint64_t hash() const;
  /// A short name for something about it that nothing else has.
  std::string getName(const std::string &what) const;
};

// Choices for `Memo`.
nlohmann::json toJSON(const std::vector<Choice> &choices);
std::vector<Choice> toChoices(const nlohmann::json &json);

} // namespace snnc::tune

#endif
