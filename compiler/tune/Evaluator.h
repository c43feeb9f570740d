//===- Evaluator: candidates in, measurements out -------------------------------------------------------------===//
//
// All that a search learns of a network it learns here. What was asked for before, in this run or in one that was
// cut off, costs nothing; it counts as runs all the same, so that a search that goes on ends where it would have.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_EVALUATOR_H
#define SNNC_COMPILER_TUNE_EVALUATOR_H

#include "compiler/support/Progress.h"
#include "compiler/tune/Candidate.h"
#include "compiler/tune/Measurement.h"
#include "compiler/tune/Memo.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace snnc::tune {

/// Images `begin` to `end` (not included).
struct Images {
  int64_t begin = 0, end = 0;
  int64_t count() const { return end > begin ? end - begin : 0; }
};

/// What a run of a program costs beside its images, in images: it is written, read and planned.
constexpr int64_t kProgramRuns = 8;

/// Puts candidates into a network and runs that.
class CandidateRunner {
public:
  virtual ~CandidateRunner() = default;

  /// How many images there are.
  virtual int64_t size() const = 0;
  virtual data::Result<Measurement> measure(const Candidate &candidate, Images images) = 0;
  /// What every layer strives for in `steps` time steps, on the first images.
  virtual data::Result<std::vector<Recording>> record(const Candidate &candidate,
                                                      uint32_t steps) = 0;
  /// Most candidates to come have these units. They are worth what it takes to bring them into weights.
  virtual data::Status settle(const Balance &units) = 0;
};

class Evaluator {
public:
  /// About `expectedRuns` of the network on one image will be asked for; `maxRuns` is when a search is to end, 0: never.
  Evaluator(CandidateRunner &runner, Memo memo, int64_t expectedRuns, int64_t maxRuns);

  int64_t size() const { return runner.size(); }
  /// On those of `images` that there are.
  data::Result<Measurement> measure(const Candidate &candidate, Images images);
  data::Result<std::vector<Recording>> record(const Candidate &candidate, uint32_t steps) {
    return runner.record(candidate, steps);
  }
  data::Status settle(const Balance &units) { return runner.settle(units); }

  /// What is kept under `name`, or what `make` gives, which is kept then.
  data::Result<nlohmann::json> recall(const std::string &name,
                                      llvm::function_ref<data::Result<nlohmann::json>()> make);
  /// Writes what is kept.
  data::Status flush() { return memo.flush(); }

  /// Notes runs of one program on some images.
  void account(int64_t images);
  /// Whether more than this share of all runs is over.
  bool isSpent(double share) const;
  /// For people who wait.
  void setNote(std::string note) { progress.setNote(std::move(note)); }

private:
  CandidateRunner &runner;
  Memo memo;
  int64_t runs = 0, maxRuns;
  Progress progress;
};

} // namespace snnc::tune

#endif
