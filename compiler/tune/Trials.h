//===- Trials: the candidates that a search has measured, beside its budget ----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_TRIALS_H
#define SNNC_COMPILER_TUNE_TRIALS_H

#include "compiler/tune/Budget.h"
#include "compiler/tune/Evaluator.h"
#include "compiler/tune/Front.h"
#include "compiler/tune/Layers.h"

namespace snnc::tune {

/// Images after which a candidate may be given up, and how sure one must be that it fails the budget.
constexpr int64_t kGlanced = 96;
constexpr double kSure = 0.99;

struct Tried {
  Candidate candidate;
  Point point;
};

class Trials {
public:
  /// A search sees the first `searched` images; those behind are held out.
  Trials(Evaluator &evaluator, const Layers &layers, const Budget &budget, int64_t searched)
      : evaluator(evaluator), layers(layers), limit(budget), images(searched) {}

  const Budget &budget() const { return limit; }
  int64_t searched() const { return images; }

  /// Measures a candidate, made for this price of an event, and notes it; whether it keeps the budget. A few images are
  /// enough where it fails or costs too much.
  data::Result<bool> consider(const Candidate &candidate, double price = 0);
  /// `one` on all images of the search.
  data::Result<Measurement> measureRest(const Tried &one) const;

  /// In the order they were tried.
  const std::vector<Tried> &all() const { return tried; }
  /// Whether `one` was measured on all images of the search.
  bool isComplete(const Tried &one) const {
    return static_cast<int64_t>(one.point.found.images) >= images;
  }
  /// What keeps the budget within `steps`, luck shared, the cheapest first.
  std::vector<const Tried *> getKept(uint32_t steps) const;
  /// What was given up within `steps` though it may keep the budget: it cost too much. The cheapest first.
  std::vector<const Tried *> getDear(uint32_t steps) const;
  /// The one of at most `steps` whose outputs are nearest to the ANN's; null where there is none.
  const Tried *findNearest(uint32_t steps) const;

private:
  Evaluator &evaluator;
  const Layers &layers;
  Budget limit;
  int64_t images;
  std::vector<Tried> tried;

  double getCost(const Tried &one) const { return layers.getCost(one.point.found); }
  bool isBeaten(const Measurement &found, uint32_t steps) const;
  void sortByCost(std::vector<const Tried *> &order) const;
  void tellBest();
};

} // namespace snnc::tune

#endif
