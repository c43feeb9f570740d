#include "tools/driver/Run.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/Files.h"
#include "compiler/data/InputParts.h"
#include "compiler/evaluate/RunMemory.h"
#include "compiler/evaluate/SharedBatch.h"
#include "compiler/support/Json.h"
#include "compiler/support/Progress.h"
#include "compiler/support/Ranks.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/Logits.h"
#include "tools/driver/Report.h"
#include "llvm/ADT/StringRef.h"
#include <cmath>
#include <cstdio>
#include <fmt/core.h>
#include <sys/resource.h>

namespace snnc {

namespace {

/// A lead of 3 between two outputs of a softmax is one of 20 to 1 between their probabilities.
constexpr double kUsualMargin = 3;
constexpr uint32_t kUsualStableSteps = 2;

/// 1, 2, 4, 8 ... and the last step.
std::vector<uint32_t> getReportedSteps(uint32_t steps) {
  std::vector<uint32_t> reported;
  for (uint32_t step = 1; step < steps; step *= 2)
    reported.push_back(step);
  reported.push_back(steps);
  return reported;
}

std::vector<int64_t> toSigned(const std::vector<uint32_t> &shape) {
  return {shape.begin(), shape.end()};
}

data::Status writeText(const std::string &path, const std::string &text) {
  return data::writeFile(path, std::as_bytes(std::span(text.data(), text.size())));
}

int fail(const std::string &message) {
  printError(message);
  return 1;
}

/// The rule that `text` spells, or nothing when it spells none.
std::optional<snn::StopRule> parseStopRule(llvm::StringRef text) {
  snn::StopRule rule{kUsualMargin, kUsualStableSteps};
  auto [name, numbers] = text.split(':');
  auto [margin, steps] = numbers.split(',');
  bool isShort = numbers.empty() && !text.contains(':');
  if (name != "confident" || (!isShort && margin.getAsDouble(rule.margin)) ||
      (numbers.contains(',') && steps.getAsInteger(10, rule.stableSteps)) || !(rule.margin >= 0) ||
      !std::isfinite(rule.margin) || rule.stableSteps == 0)
    return std::nullopt;
  return rule;
}

/// What the flags say of a run, without memory.
data::Result<snn::BatchOptions> makeBatch(const RunOptions &options, const snn::Program &program) {
  snn::BatchOptions batch;
  batch.steps = options.steps ? options.steps : program.steps();
  batch.reportAt = getReportedSteps(batch.steps);
  batch.threads = options.threads;
  batch.threadsPerSample = options.threadsPerImage;
  if (options.order != "auto")
    batch.order = options.order == "steps" ? snn::Order::Steps : snn::Order::Layers;
  batch.compareLayers = options.layerErrors;
  if (options.stopWhen.empty())
    return batch;
  batch.stop = parseStopRule(options.stopWhen);
  if (!batch.stop)
    return data::Error{fmt::format("--stop-when takes confident, confident:MARGIN or "
                                   "confident:MARGIN,STEPS (a margin of at least 0 between the "
                                   "outputs, kept for at least 1 step), found '{}'",
                                   options.stopWhen)};
  return batch;
}

/// The memory of a run on so many images, and what a limit makes of `batch`.
data::Result<RunMemory> limitMemory(const RunOptions &options, const snn::Program &program,
                                    uint64_t images, snn::BatchOptions &batch) {
  // Of the largest share, so that all ranks choose alike.
  const uint64_t mine = (images + ranks::count() - 1) / ranks::count();
  if (options.memoryLimit.empty()) {
    const RunMemory memory = fitMemory(program, mine, batch);
    memory.apply(batch);
    return memory;
  }
  auto limit = parseSize(options.memoryLimit);
  if (!limit)
    return data::Error{"--memory-limit " + limit.error()};
  auto memory = planMemory(program, mine, batch, *limit);
  if (!memory)
    return data::Error{fmt::format("{}: {}", options.program, memory.error())};
  memory->apply(batch);
  return memory;
}

/// Prints the report, and writes the files that were asked for.
data::Status write(const RunOptions &options, const snn::Program &program,
                   const snn::BatchResult &result, const Report &report) {
  std::string json = toText(toJSON(report), 2);
  fmt::print("{}", options.json == "-" ? json : toText(report));
  if (std::string warning = getWarning(report.clipping); !warning.empty()) {
    std::fflush(stdout);
    printWarning(fmt::format("{}: {}", options.data, warning));
  }
  data::Status status = data::success();
  if (!options.json.empty() && options.json != "-")
    status = writeText(options.json, json);
  if (status && !options.logits.empty())
    status = writeLogits(options.logits, program, result);
  if (status && !options.annLogits.empty())
    status = writeAnnLogits(options.annLogits, program, result);
  return status;
}

} // namespace

uint64_t getPeakMemory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

namespace {

/// In which order images ran, and why.
void tellOrder(Report &report, const RunOptions &options, const snn::Program &program,
               const snn::BatchOptions &batch, const RunMemory &memory) {
  snn::OrderChoice choice = snn::chooseOrder(program, batch.steps);
  report.orderChoice = choice;
  report.orderBy = batch.stop                     ? "stop_rule"
                   : options.order != "auto"      ? "user"
                   : memory.order != choice.order ? "memory"
                                                  : "costs";
  bool isBySteps = batch.stop || batch.order.value_or(choice.order) == snn::Order::Steps;
  report.order = isBySteps ? "steps" : "layers";
}

} // namespace

int run(const RunOptions &options) {
  auto program = snn::Program::load(options.program);
  if (!program)
    return fail(program.error());
  auto dataset = data::Dataset::load(options.data, options.labels, getInputParts(*program));
  if (!dataset)
    return fail(dataset.error());
  if (auto status = dataset->checkShape(toSigned(program->inputShape())); !status)
    return fail(status.error());

  uint64_t images = static_cast<uint64_t>(dataset->size());
  if (options.limit > 0)
    images = std::min(images, options.limit);
  std::string warning;
  auto tasks =
      planTasks(*program, options.metrics, *dataset, static_cast<int64_t>(images), warning);
  if (!tasks)
    return fail(tasks.error());
  if (!warning.empty())
    printWarning(warning);
  std::optional<ReferenceFile> reference;
  if (!options.reference.empty()) {
    auto read = ReferenceFile::read(options.reference, *tasks, images);
    if (!read)
      return fail(read.error());
    reference = std::move(*read);
  }
  auto made = makeBatch(options, *program);
  if (!made)
    return fail(made.error());
  snn::BatchOptions &batch = *made;
  auto memory = limitMemory(options, *program, images, batch);
  if (!memory)
    return fail(memory.error());
  if (options.json != "-") {
    fmt::print("{}: {}\n", options.program, memory->toText());
    std::fflush(stdout);
  }
  Progress progress("running", static_cast<int64_t>(images));
  batch.progress = [&](uint64_t done, uint64_t) { progress.update(static_cast<int64_t>(done)); };
  auto source = [&](uint64_t index, double *values) {
    dataset->image(static_cast<int64_t>(index), values);
  };
  auto result = runSharedBatch(*program, images, source, batch);
  if (!result)
    return fail(result.error());

  Report report = makeReport(*program, *result, *tasks);
  report.clipping = findClipping(*program, *result, *dataset, images);
  for (size_t i = 0; i < report.layers.size(); ++i)
    report.layers[i].clipped = report.clipping.layers[i];
  if (reference)
    report.reference = reference->compare(*program, *result, *tasks);
  tellOrder(report, options, *program, batch, *memory);
  report.peakMemory = getPeakMemory();
  report.memory = *memory;
  if (auto status = write(options, *program, *result, report); !status)
    return fail(status.error());
  return 0;
}

} // namespace snnc
