//===- Candidate: a network that was tried, and how it is kept -----------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_CANDIDATE_H
#define SNNC_COMPILER_TUNE_CANDIDATE_H

#include "compiler/tune/Settings.h"
#include <nlohmann/json.hpp>

namespace snnc::tune {

/// What `apply` needs of every population.
struct Candidate {
  uint32_t steps = 0, perLayer = 0;
  double price = 0;
  std::vector<Frame> frames;
  std::vector<Choice> choices;

  /// Sets `steps` and `perLayer` by what the layers take.
  void countSteps();

  /// A short name that no other has.
  std::string getName() const;
};

// The choices of a candidate, for `Memo`.
nlohmann::json toJSON(const Candidate &candidate);
Choice toChoice(const nlohmann::json &json);

} // namespace snnc::tune

#endif
