//===- Search: choices for a whole network within a budget ---------------------------------------------------===//
//
// Three searches, one after the other.
//   Climb: all layers are alike, and take ever more steps, until the budget is kept. That says how many steps there
//   are to search in, and is a first network.
//   Replays: the error that a layer leaves and the events it sends are traded at one price for all layers,
//   as rate and distortion are in video coding. At a given price every layer takes what costs it least,
//   which replays of recordings find in no time; raising the price gives networks of fewer and fewer
//   events. How much an error in a layer matters is measured once, by making it worse.
//   Polish: replays leave out how other layers answer. So the best network found is changed one layer at a
//   time, and runs on images say what a change costs; most changes are ruled out by a few images.
//
// A third of the images is held out: it is seen by neither, and confirms what they chose.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SEARCH_H
#define SNNC_COMPILER_TUNE_SEARCH_H

#include "compiler/options/Options.h"
#include "compiler/support/Progress.h"
#include "compiler/tune/Budget.h"
#include "compiler/tune/Candidate.h"
#include "compiler/tune/Fit.h"
#include "compiler/tune/Front.h"
#include "compiler/tune/Memo.h"

namespace snnc::tune {

using options::Goal;

struct SearchOptions {
  Goal goal = Goal::Events;
  Budget budget;
  int64_t maxSteps = 0; ///< 0: as many as the budget takes
  int64_t mostRuns = 0; ///< of the network on one image, about; 0: any number
  unsigned threads = 1;
  /// Moves the scales of a network into its weights (`--snn-fold-scales`).
  std::function<mlir::LogicalResult(mlir::func::FuncOp)> foldScales;
};

/// How often the best network is polished.
constexpr int kPolishings = 3;

/// Steps of a layer worth trying: three tell 1/8 of the range apart, eight 1/256.
constexpr uint32_t kFewest = 2, kMost = 8;

/// Images after which a candidate may be given up, and how sure one must be that it fails the budget.
constexpr int64_t kGlanced = 96;
constexpr double kSure = 0.99;

class Search {
public:
  Search(mlir::func::FuncOp network, const Bench &bench, Memo memo, SearchOptions options);

  /// Gives `network` the best candidate within the budget, or where there is none the one that comes nearest
  /// (`front.isKept`). An error says what is wrong.
  data::Status run();

  Front front; ///< what was seen

private:
  mlir::func::FuncOp network;
  const Bench &bench;
  Memo memo;
  SearchOptions options;
  llvm::SmallVector<snn::NeuronOp> neurons;
  std::vector<int64_t> depths;
  std::vector<double> neuronShares; ///< of all neurons, that a layer has
  /// Of all events (or their work), that one in every neuron of a layer is.
  std::vector<double> shares;
  std::vector<double> errorWeights;
  double first = 0.5;
  int64_t searched;        ///< images that the search may see; those behind are held out
  std::string units;       ///< names what is tried after units were balanced; empty: they were not
  std::string problem;     ///< the first one met
  int64_t weighed, raced;  ///< images that weights are made of, and that rule changes out
  int64_t runs = 0;        ///< of the network on one image, so far
  uint32_t equalSteps = 4; ///< that layers take where all are alike and the budget is kept
  Progress progress;

  struct Tried {
    Candidate candidate;
    Point point;
  };
  std::vector<Tried> tried;

  Candidate makeUniform(uint32_t steps, uint32_t perLayer, double zone, uint32_t cut) const;
  std::optional<Candidate> makeStart(uint32_t steps, uint32_t perLayer);
  bool balance();
  void applyAll(const Candidate &candidate);
  std::optional<Measurement> measure(const Candidate &candidate, int64_t begin, int64_t end);
  double getCost(const Measurement &found) const { return found.getEvents(shares); }
  double getLowPrice(const Measurement &found) const;
  double getScore(const Measurement &found) const;
  bool fail(const std::string &message);

  bool measureWeights();
  bool optimizeAll(Candidate &candidate, bool initials);
  bool refine(Candidate &candidate, double price);
  bool isBeaten(const Measurement &found, uint32_t steps) const;
  std::optional<bool> consider(const Candidate &candidate);
  bool searchPrices(uint32_t steps);
  std::vector<uint32_t> getStepOrder(uint32_t steps) const;
  bool searchAll(bool &isKept);

  // ---- FewestSteps.cpp ----

  std::optional<uint32_t> findFewestSteps();
  bool searchFewerSteps(uint32_t &steps);

  // ---- Climb.cpp ----

  std::pair<uint32_t, uint32_t> getStepRange(uint32_t steps) const;
  std::vector<Uniform> getEqualSettings() const;
  Candidate makeEqual(const Uniform &uniform) const;
  bool climb();
  int64_t countRuns() const;
  void account(int64_t images);
  bool isSpent(double share) const;
  void tellBest();

  // ---- Polish.cpp ----

  std::vector<Candidate> getNeighbours(const Candidate &candidate, size_t layer,
                                       uint32_t steps) const;
  std::vector<Candidate> getShifted(const Candidate &candidate, int64_t depth,
                                    uint32_t steps) const;
  std::optional<double> getPrice(const Candidate &candidate, int64_t images);
  bool tryChanges(Candidate &candidate, std::vector<Candidate> changes);
  bool polish(Candidate &candidate, double price, uint32_t steps);
  bool polishBest(uint32_t steps);

  // ---- Confirm.cpp ----

  void sortByCost(std::vector<const Tried *> &order) const;
  std::vector<const Tried *> getKept(uint32_t steps) const;
  std::optional<bool> choose(const Tried &one);
  bool confirm(uint32_t steps, bool &isKept);
  bool takeNearest();
};

} // namespace snnc::tune

#endif
