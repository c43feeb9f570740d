#include "compiler/tune/Evaluator.h"

#include <algorithm>
#include <fmt/format.h>

namespace snnc::tune {

Evaluator::Evaluator(CandidateRunner &runner, Memo memo, int64_t expectedRuns, int64_t maxRuns)
    : runner(runner), memo(std::move(memo)), maxRuns(maxRuns),
      progress("tuning, runs", expectedRuns) {}

data::Result<Measurement> Evaluator::measure(const Candidate &candidate, Images images) {
  images.end = std::min(images.end, size());
  if (images.count() == 0)
    return Measurement{};
  account(images.count());
  auto found = recall(candidate.getName(fmt::format("images {} to {}", images.begin, images.end)),
                      [&]() -> data::Result<nlohmann::json> {
                        auto measured = runner.measure(candidate, images);
                        if (!measured)
                          return data::Error{measured.error()};
                        return toJSON(*measured);
                      });
  if (!found)
    return data::Error{found.error()};
  return toMeasurement(*found);
}

data::Result<nlohmann::json>
Evaluator::recall(const std::string &name,
                  llvm::function_ref<data::Result<nlohmann::json>()> make) {
  if (const nlohmann::json *kept = memo.find(name))
    return *kept;
  auto made = make();
  if (!made)
    return made;
  if (auto status = memo.keep(name, *made); !status)
    return data::Error{status.error()};
  return made;
}

void Evaluator::account(int64_t images) {
  runs += images + kProgramRuns;
  progress.update(runs);
}

bool Evaluator::isSpent(double share) const {
  return maxRuns > 0 && static_cast<double>(runs) > share * static_cast<double>(maxRuns);
}

} // namespace snnc::tune
