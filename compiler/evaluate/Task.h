//===- Task: what each output of a program is for, and how well it does ---------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_TASK_H
#define SNNC_COMPILER_EVALUATE_TASK_H

#include "compiler/data/Dataset.h"
#include "compiler/evaluate/Truth.h"
#include "snn/Program.h"

namespace snnc {

/// One output, and how it is judged.
struct OutputTask {
  std::string name;
  std::vector<int64_t> shape;    ///< without batch
  uint64_t offset = 0, size = 0; ///< among the numbers of all outputs
  Metric metric;
  Truth truth; ///< of the samples that are judged, where it is known

  /// Its part of `outputs`, which are samples of `total` numbers each.
  std::vector<float> pick(std::span<const float> outputs, uint64_t total) const;
};

/// What users ask for with --metric: KIND for all outputs, NAME=KIND for one.
using MetricRequests = std::vector<std::string>;

/// The outputs of `program`, judged as `requests` say, or else as the program says, or as fits labels and shapes. Labels
/// are those of the first `samples` of `dataset`; where they are no targets of a regression, `warning` says so and
/// they do not count.
data::Result<std::vector<OutputTask>> planTasks(const ::snn::Program &program,
                                                const MetricRequests &requests,
                                                const data::Dataset &dataset, int64_t samples,
                                                std::string &warning);

/// Whether `requests` can be read; else a message.
data::Status checkRequests(const MetricRequests &requests);

/// Makes a metric of an output one of what its head is computed of; false where answers cannot be told there.
bool moveBeforeHead(Metric &metric, std::optional<::snn::HeadFunction> head);

/// What some outputs are worth.
struct Judgement {
  std::optional<double> accuracy; ///< the share of answers that are right, where that is known
  std::optional<double>
      agreement; ///< the share of answers that are the wanted ones, where there are answers
  Errors errors; ///< beside the wanted ones
  std::optional<Errors> targetErrors; ///< beside the targets, where they are known
};
/// Both are the task's own numbers (`OutputTask::pick`).
Judgement judge(const OutputTask &task, std::span<const float> found,
                std::span<const float> wanted);

} // namespace snnc

#endif
