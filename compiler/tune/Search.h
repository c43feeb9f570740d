//===- Search: choices for a whole network within a budget ---------------------------------------------------===//
//
// Two searches, one after the other.
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

#include "compiler/support/Progress.h"
#include "compiler/tune/Budget.h"
#include "compiler/tune/Candidate.h"
#include "compiler/tune/Front.h"
#include "compiler/tune/Memo.h"

namespace snnc::tune {

enum class Goal { Events, Steps, Energy };

struct SearchOptions {
  Goal goal = Goal::Events;
  Budget budget;
  int64_t maxSteps = 0;
  unsigned threads = 1;
  /// Moves the scales of a network into its weights (`--snn-fold-scales`).
  std::function<mlir::LogicalResult(mlir::func::FuncOp)> foldScales;
};

/// How often the best network is polished.
constexpr int kPolishings = 3;

/// Images after which a candidate may be given up, and how sure one must be that it fails the budget.
constexpr int64_t kGlanced = 96;
constexpr double kSure = 0.99;

class Search {
public:
  Search(mlir::func::FuncOp network, const Bench &bench, Memo memo, SearchOptions options);

  /// Gives `network` the best candidate within the budget. An error says what is wrong, or how near the
  /// budget the best one came.
  numpy::Status run();

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
  int64_t searched;    ///< images that the search may see; those behind are held out
  std::string units;   ///< names what is tried after units were balanced; empty: they were not
  std::string problem; ///< the first one met
  Progress progress;
  int64_t done = 0;

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
  std::optional<uint32_t> findFewestSteps();
  bool searchFewerSteps(uint32_t &steps);

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
};

} // namespace snnc::tune

#endif
