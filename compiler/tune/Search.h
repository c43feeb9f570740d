//===- Search: choices for a whole network within a budget ---------------------------------------------------===//
//
// The error that a layer leaves and the events it sends are traded at one price for all layers, as rate
// and distortion are in video coding: at a given price every layer takes what costs it least, which
// replays of recordings find in no time; raising the price gives networks of fewer and fewer events, and
// the last one that keeps the budget is chosen. How much an error in a layer matters is measured once, by
// making it worse.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SEARCH_H
#define SNNC_COMPILER_TUNE_SEARCH_H

#include "compiler/support/Progress.h"
#include "compiler/tune/Front.h"
#include "compiler/tune/Memo.h"
#include "compiler/tune/Settings.h"

namespace snnc::tune {

enum class Goal { Events, Steps, Energy };

struct Budget {
  double agreement = 0; ///< at least
  double points = -1;   ///< of accuracy lost at most; below 0: agreement counts
};

/// agreement=SHARE or points=P.
std::optional<Budget> parseBudget(llvm::StringRef text);

struct SearchOptions {
  Goal goal = Goal::Events;
  Budget budget;
  int64_t maxSteps = 0;
  unsigned threads = 1;
};

/// A network that was tried: what `apply` needs of every population.
struct Candidate {
  uint32_t steps = 0, perLayer = 0;
  double price = 0;
  std::vector<Frame> frames;
  std::vector<Choice> choices;

  /// Sets `steps` and `perLayer` by what the layers take.
  void countSteps();
};

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
  std::vector<double>
      shares; ///< of all events (or their work), that one in every neuron of a layer is
  std::vector<double> errorWeights;
  double first = 0.5;
  std::string problem; ///< the first one met
  Progress progress;
  int64_t done = 0;

  struct Tried {
    Candidate candidate;
    Point point;
  };
  std::vector<Tried> tried;

  Candidate makeUniform(uint32_t steps, uint32_t perLayer, double zone) const;
  void applyAll(const Candidate &candidate);
  std::optional<Measurement> measure(const Candidate &candidate, int64_t images);
  bool refine(Candidate &candidate, double price);
  bool optimizeAll(Candidate &candidate, bool initials);
  bool measureWeights();
  bool keeps(const Measurement &found) const;
  double getCost(const Measurement &found) const;
  std::optional<bool> consider(const Candidate &candidate);
  bool searchPrices(uint32_t steps);
  std::optional<uint32_t> findFewestSteps();
  bool confirm(uint32_t steps, bool &isKept);
  bool fail(const std::string &message);
};

} // namespace snnc::tune

#endif
