//===- Budget: what tuning may cost in answers, and how sure that is -----------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_BUDGET_H
#define SNNC_COMPILER_TUNE_BUDGET_H

#include "compiler/evaluate/Metric.h"
#include "compiler/tune/Measurement.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace snnc::tune {

class Bench;

struct Budget {
  double agreement = 0;  ///< at least, with errors as exaggerated as they were measured
  double points = -1;    ///< of accuracy lost at most; below 0: agreement counts
  double error = 1;      ///< share of the ANN's outputs left unexplained (`getDistortion`) at most
  double confidence = 0; ///< that more images like those measured keep it too; 0: what was measured

  /// Whether `found` keeps it.
  bool isKept(const Measurement &found) const;
  /// Whether more images like those of `found` fail it, with this confidence.
  bool isLost(const Measurement &found, double sure) const;
  /// Share of images that may fail, or points lost over 100.
  double getLimit() const { return points >= 0 ? points / 100 : 1 - agreement; }
  /// The share of images it counts as failed: below 0 where more were gained than lost.
  double getFailures(const Measurement &found) const;
};

/// The strictest budget of the kind of `budget` that two measurements keep, each by itself, as users write it.
std::string describeKept(const Budget &budget, const Measurement &found,
                         const Measurement &heldOut);

/// agreement=SHARE, points=P or error=E, or several of them with commas between; agreement and points exclude
/// each other.
std::optional<Budget> parseBudget(llvm::StringRef text);

/// What is asked for where users ask for nothing.
llvm::StringRef getUsualBudget(const Metric &metric);

/// Why the answers of `bench` cannot keep or lose `budget`; empty when they can.
std::string checkBudget(const Budget &budget, const Bench &bench);

/// Bounds of the share that stands behind `share` of `count`, each one right with the one-sided
/// `confidence` (1/2 to 1): Wilson's score interval (J. Am. Stat. Assoc. 22, 1927).
struct Bounds {
  double low = 0, high = 1;
};
Bounds getBounds(double share, double count, double confidence);

/// Of measurements on the same images, in the order of rising distortion: what each would have found if
/// luck were shared. More distortion does not help, so neighbours that say so are taken together (isotonic
/// regression): the luckiest of many candidates no longer looks better than it is. `images` stays.
std::vector<Measurement> shareLuck(std::vector<Measurement> found, const Budget &budget);

} // namespace snnc::tune

#endif
