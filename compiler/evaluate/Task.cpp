#include "compiler/evaluate/Task.h"

#include <cmath>
#include <fmt/format.h>

namespace snnc {

namespace {

/// NAME=KIND or KIND; names may have any characters.
struct Request {
  std::string name; ///< empty: all outputs
  Metric metric;
};

std::optional<Request> parseRequest(const std::string &text) {
  if (std::optional<Metric> metric = parseMetric(text))
    return Request{"", *metric};
  size_t equals = text.rfind('=');
  if (equals == std::string::npos || equals == 0)
    return std::nullopt;
  std::optional<Metric> metric = parseMetric(std::string_view(text).substr(equals + 1));
  if (!metric)
    return std::nullopt;
  return Request{text.substr(0, equals), *metric};
}

/// The metric that is asked for, if one is; a request for the output itself goes before one for all.
std::optional<Metric> findRequest(const MetricRequests &requests, const std::string &name) {
  std::optional<Metric> found;
  for (const std::string &text : requests) {
    std::optional<Request> request = parseRequest(text);
    if (!request)
      continue;
    if (request->name == name)
      return request->metric;
    if (request->name.empty())
      found = request->metric;
  }
  return found;
}

/// What the program says of its outputs.
std::vector<OutputTask> listOutputs(const ::snn::Program &program) {
  std::vector<OutputTask> tasks;
  for (const ::snn::OutputInfo &output : program.outputs()) {
    OutputTask task;
    task.name = output.name;
    task.shape.assign(output.shape.begin(), output.shape.end());
    task.offset = output.offset;
    task.size = output.size;
    if (task.shape.empty())
      task.shape = {1};
    tasks.push_back(std::move(task));
  }
  return tasks;
}

/// What the host computes last says what an output is.
void describeHead(const ::snn::OutputInfo &output, OutputTraits &traits) {
  using Head = ::snn::HeadFunction;
  traits.isIndex = output.head == Head::ArgMax;
  traits.isProbability = output.head == Head::Sigmoid || output.head == Head::HardSigmoid;
  if (output.axis)
    traits.classAxis = *output.axis;
}

Metric choose(const ::snn::Program &program, const ::snn::OutputInfo &output,
              const OutputTask &task, const data::Array *y) {
  OutputTraits traits;
  traits.shape = task.shape;
  traits.inputShape.assign(program.inputShape().begin(), program.inputShape().end());
  describeHead(output, traits);
  if (y) {
    traits.labels = describeLabels(*y, task.shape);
    if (std::optional<int64_t> axis = findClassAxis(*y, task.shape))
      traits.classAxis = axis;
  }
  // Without labels, what those of the calibration data said.
  for (const ::snn::Reference &reference : program.references())
    if (std::optional<Metric> known = parseMetric(reference.metric);
        known && reference.output == task.name && traits.labels == Labels::None)
      return *known;
  return chooseMetric(traits);
}

} // namespace

std::vector<float> OutputTask::pick(std::span<const float> outputs, uint64_t total) const {
  std::vector<float> picked;
  for (size_t i = 0; i < outputs.size(); i += total)
    picked.insert(picked.end(), outputs.begin() + static_cast<std::ptrdiff_t>(i + offset),
                  outputs.begin() + static_cast<std::ptrdiff_t>(i + offset + size));
  return picked;
}

data::Status checkRequests(const MetricRequests &requests) {
  for (const std::string &text : requests)
    if (!parseRequest(text))
      return data::Error{fmt::format("--metric takes {}, or NAME= and one of them for the output "
                                     "of that name; found '{}'",
                                     kMetricForms, text)};
  return data::success();
}

data::Result<std::vector<OutputTask>> planTasks(const ::snn::Program &program,
                                                const MetricRequests &requests,
                                                const data::Dataset &dataset, int64_t samples,
                                                std::string &warning) {
  if (auto status = checkRequests(requests); !status)
    return data::Error{status.error()};
  std::vector<OutputTask> tasks = listOutputs(program);
  for (const std::string &text : requests) {
    std::string name = parseRequest(text)->name, names;
    bool isKnown = name.empty();
    for (const OutputTask &task : tasks) {
      isKnown |= task.name == name;
      names += (names.empty() ? "" : ", ") + task.name;
    }
    if (!isKnown)
      return data::Error{fmt::format("--metric {}: the network has no output '{}', its outputs "
                                     "are {}",
                                     text, name, names)};
  }
  for (size_t i = 0; i < tasks.size(); ++i) {
    OutputTask &task = tasks[i];
    const data::Array *y = i == 0 ? dataset.targets() : dataset.targets(task.name);
    std::optional<Metric> asked =
        findRequest(requests.empty() ? program.metrics() : requests, task.name);
    task.metric = asked ? *asked : choose(program, program.outputs()[i], task, y);
    if (std::string problem = checkMetric(task.metric, task.shape); !problem.empty())
      return data::Error{fmt::format("--metric {}: {}", toText(task.metric), problem)};
    if (!y)
      continue;
    auto truth = readTruth(*y, task.metric, task.shape, samples,
                           i == 0 ? dataset.targetsPlace() : "array 'y_" + task.name + "'");
    // A file may say other things of its samples than what the network gives: whether they are usual.
    if (!truth && task.metric.hasAnswers())
      return data::Error{truth.error()};
    if (truth)
      task.truth = std::move(*truth);
    else
      warning = truth.error() + "; it is not used";
  }
  return tasks;
}

bool moveBeforeHead(Metric &metric, std::optional<::snn::HeadFunction> head) {
  using Head = ::snn::HeadFunction;
  if (!head)
    return true;
  if (*head == Head::Softmax || *head == Head::LogSoftmax)
    return metric.kind == Metric::Kind::Classes;
  if (*head != Head::Sigmoid || metric.kind != Metric::Kind::Threshold ||
      !(metric.threshold > 0 && metric.threshold < 1))
    return false;
  metric.threshold = std::log(metric.threshold / (1 - metric.threshold));
  return true;
}

Judgement judge(const OutputTask &task, std::span<const float> found,
                std::span<const float> wanted) {
  Judgement judgement;
  judgement.errors = getErrors(task.size, found, wanted);
  if (!task.truth.numbers.empty())
    judgement.targetErrors = getErrors(task.size, found, task.truth.numbers);
  if (!task.metric.hasAnswers())
    return judgement;
  std::vector<int64_t> answers = getAnswers(task.metric, task.shape, found);
  judgement.agreement = getAgreement(answers, getAnswers(task.metric, task.shape, wanted));
  if (!task.truth.answers.empty())
    judgement.accuracy = getShare(answers, task.truth.answers);
  return judgement;
}

} // namespace snnc
