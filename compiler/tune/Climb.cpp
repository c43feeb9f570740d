//===- The first search: how many steps the budget takes where all layers are alike -------------------------===//
#include "compiler/tune/Search.h"

#include <algorithm>
#include <fmt/format.h>

using namespace mlir;

namespace snnc::tune {

namespace {

/// Two thirds of a step leave the fewest digits.
constexpr double kEqualZone = 0.66;
/// What a run of a program costs beside its images, in images: it is written, read and planned.
constexpr int64_t kProgramRuns = 8;
/// By how many fewer and more steps than layers of equal steps take networks are looked for.
constexpr uint32_t kFewer = 2, kMore = 1;

} // namespace

/// For networks in which all layers are alike.
std::vector<Uniform> Search::getEqualSettings() const {
  int64_t deepest = *std::max_element(depths.begin(), depths.end());
  return getLadder(deepest, {.mostSteps = options.maxSteps});
}

Candidate Search::makeEqual(const Uniform &uniform) const {
  Candidate candidate;
  for (int64_t depth : depths) {
    candidate.frames.push_back({getStart(uniform, depth), first});
    candidate.choices.push_back({1, std::vector<double>(uniform.steps, kEqualZone), {}});
  }
  candidate.countSteps();
  return candidate;
}

/// Leaves the number of steps to search in, unless it is given, and what layers take of them. Where nothing keeps the
/// budget these are the steps of the network that came nearest, and `front.isKept` is false.
bool Search::climb() {
  const bool isOpen = options.maxSteps == 0;
  front.isKept = false;
  double least = 2;
  for (const Uniform &uniform : getEqualSettings()) {
    Candidate candidate = makeEqual(uniform);
    auto kept = consider(candidate);
    if (!kept)
      return false;
    double distortion = tried.back().point.found.getDistortion();
    if (!*kept && distortion >= least)
      continue;
    least = distortion;
    equalSteps = uniform.steps;
    if (isOpen)
      options.maxSteps = candidate.steps;
    if ((front.isKept = *kept))
      break;
  }
  return true;
}

/// How many steps of a layer are worth trying, at least and at most.
std::pair<uint32_t, uint32_t> Search::getStepRange(uint32_t steps) const {
  if (!front.isKept)
    return {kFewest + 1, std::min(kMost, steps)};
  uint32_t fewest = std::min(equalSteps, steps);
  return {std::max(kFewest + 1, fewest - std::min(fewest, kFewer)),
          std::min(equalSteps + kMore, steps)};
}

/// Notes runs of one program on some images.
void Search::account(int64_t images) {
  runs += images + kProgramRuns;
  progress.update(runs);
}

bool Search::isSpent(double share) const {
  return options.mostRuns > 0 &&
         static_cast<double>(runs) > share * static_cast<double>(options.mostRuns);
}

/// About how many the search will take.
int64_t Search::countRuns() const {
  auto layers = static_cast<int64_t>(neurons.size());
  int64_t weights = (layers + 4) * (weighed + kProgramRuns);
  int64_t prices = 4 * (12 * (weighed + kProgramRuns) + 5 * searched);
  int64_t polish = layers * (14 * (raced + kProgramRuns) + 4 * raced);
  int64_t all = weights + prices + kPolishings * polish;
  return options.mostRuns > 0 ? std::min(all, options.mostRuns) : all;
}

/// For people who wait.
void Search::tellBest() {
  const Tried *best = nullptr;
  bool isKept = false;
  for (const Tried &one : tried) {
    bool keeps = static_cast<int64_t>(one.point.found.images) == searched &&
                 options.budget.isKept(one.point.found);
    double was = best ? isKept ? getCost(best->point.found) : best->point.found.getDistortion() : 0,
           now = isKept ? getCost(one.point.found) : one.point.found.getDistortion();
    if (best && (keeps == isKept ? now >= was : isKept))
      continue;
    best = &one;
    isKept = keeps;
  }
  if (best)
    progress.setNote(fmt::format("best: {:.2f} events per neuron, agreement {:.3f}, {}",
                                 best->point.events, best->point.found.getAgreement(),
                                 isKept ? "within the budget" : "not within the budget"));
}

} // namespace snnc::tune
