//===- Search: choices for a whole network within a budget ---------------------------------------------------===//
//
// Three strategies, one after the other.
//   Climb: all layers are alike, and take ever more steps, until the budget is kept. That says how many steps there
//   are to search in, and is a first network.
//   Replays: the error that a layer leaves and the events it sends are traded at one price for all layers,
//   as rate and distortion are in video coding. At a given price every layer takes what costs it least,
//   which replays of recordings find in no time; raising the price gives networks of fewer and fewer
//   events. How much an error in a layer matters is measured once, by making it worse.
//   Polish: replays leave out how other layers answer. So the best network found is changed one layer at a
//   time, and runs on images say what a change costs; most changes are ruled out by a few images.
//
// A third of the images is held out: it is seen by none of them, and confirms what they chose.
//
// A search knows candidates (Candidate.h) and what an evaluator says of them (Evaluator.h). It sees no IR.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SEARCH_H
#define SNNC_COMPILER_TUNE_SEARCH_H

#include "compiler/options/Options.h"
#include "compiler/tune/Strategies.h"

namespace snnc::tune {

using options::Goal;

struct SearchOptions {
  Goal goal = Goal::Events;
  Budget budget;
  int64_t maxSteps = 0; ///< 0: as many as the budget takes
  int64_t maxRuns = 0;  ///< of the network on one image, about; 0: any number
  unsigned threads = 1;
};

struct Found {
  Candidate
      chosen;  ///< the best within the budget, or where there is none the one that comes nearest
  Front front; ///< what was seen; `isKept` says whether the budget is
};

/// Searches with what `runner` says; what it has said before is in `memo`.
data::Result<Found> search(const Layers &layers, CandidateRunner &runner, Memo memo,
                           const SearchOptions &options);

} // namespace snnc::tune

#endif
