#include "tools/driver/Scores.h"

#include <fmt/format.h>
#include <functional>
#include <iterator>

namespace snnc {

namespace {

/// One column of a table: a number of every step, or nothing.
struct Column {
  std::string head;
  std::function<std::optional<double>(const Judgement &)> get;
};

std::vector<Column> getColumns(const OutputScores &scores) {
  std::vector<Column> columns;
  if (scores.metric.hasAnswers()) {
    bool hasLabels = scores.ann.accuracy.has_value();
    columns.push_back({hasLabels ? "accuracy" : "", [](const Judgement &j) { return j.accuracy; }});
    columns.push_back({"agreement", [](const Judgement &j) { return j.agreement; }});
    columns.push_back({"error", [](const Judgement &j) { return j.errors.getRelative(); }});
    return columns;
  }
  columns.push_back({"rms error", [](const Judgement &j) { return j.errors.rootMeanSquare; }});
  columns.push_back({"R2", [](const Judgement &j) { return j.errors.getR2(); }});
  columns.push_back({"largest", [](const Judgement &j) { return j.errors.largest; }});
  if (!scores.ann.targetErrors)
    return columns;
  columns.push_back(
      {"target rms", [](const Judgement &j) { return j.targetErrors->rootMeanSquare; }});
  columns.push_back({"target R2", [](const Judgement &j) { return j.targetErrors->getR2(); }});
  return columns;
}

/// What the ANN itself scores, where that is known.
std::string describeANN(const OutputScores &scores) {
  if (scores.ann.accuracy)
    return fmt::format(", the ANN has accuracy {:.4f}", *scores.ann.accuracy);
  if (scores.ann.targetErrors)
    return fmt::format(", the ANN has a root mean square error of {:.4g} (R2 {:.4f})",
                       scores.ann.targetErrors->rootMeanSquare, scores.ann.targetErrors->getR2());
  return "";
}

std::string formatNumber(std::optional<double> number, bool isShare) {
  if (!number)
    return "";
  return isShare ? fmt::format("{:.4f}", *number) : fmt::format("{:.4g}", *number);
}

nlohmann::ordered_json toJSON(const OutputScores &scores) {
  nlohmann::ordered_json json;
  json["metric"] = toText(scores.metric);
  auto add = [&](const char *name, auto get) {
    for (const Judgement &judgement : scores.steps)
      json[name].push_back(get(judgement));
  };
  if (scores.ann.accuracy) {
    add("accuracy", [](const Judgement &j) { return *j.accuracy; });
    json["ann_accuracy"] = *scores.ann.accuracy;
  }
  if (scores.metric.hasAnswers())
    add("agreement", [](const Judgement &j) { return *j.agreement; });
  add("output_error", [](const Judgement &j) { return j.errors.getRelative(); });
  if (!scores.metric.hasAnswers()) {
    add("rms_error", [](const Judgement &j) { return j.errors.rootMeanSquare; });
    add("r2", [](const Judgement &j) { return j.errors.getR2(); });
    add("largest_error", [](const Judgement &j) { return j.errors.largest; });
  }
  if (scores.ann.targetErrors) {
    add("target_rms_error", [](const Judgement &j) { return j.targetErrors->rootMeanSquare; });
    add("target_r2", [](const Judgement &j) { return j.targetErrors->getR2(); });
    json["ann_target_rms_error"] = scores.ann.targetErrors->rootMeanSquare;
    json["ann_target_r2"] = scores.ann.targetErrors->getR2();
  }
  return json;
}

} // namespace

std::vector<OutputScores> makeScores(const ::snn::Program &program,
                                     const ::snn::BatchResult &result,
                                     const std::vector<OutputTask> &tasks) {
  std::vector<OutputScores> scores;
  for (const OutputTask &task : tasks) {
    OutputScores output{task.name, task.metric, {}, {}};
    std::vector<float> ann = task.pick(result.ann, program.outputSize());
    output.ann = judge(task, ann, ann);
    for (const std::vector<float> &outputs : result.outputs)
      output.steps.push_back(judge(task, task.pick(outputs, program.outputSize()), ann));
    scores.push_back(std::move(output));
  }
  return scores;
}

std::string toText(const std::vector<OutputScores> &scores, const std::vector<uint32_t> &steps) {
  std::string text = scores.size() == 1 ? describeANN(scores.front()) + "\n" : "\n";
  auto out = std::back_inserter(text);
  for (const OutputScores &output : scores) {
    if (scores.size() > 1)
      fmt::format_to(out, "\n  output '{}' ({}){}\n", output.name, toText(output.metric),
                     describeANN(output));
    else if (!output.metric.hasAnswers())
      fmt::format_to(out, "\n  (regression: the outputs are numbers; errors are beside the ANN's)");
    std::vector<Column> columns = getColumns(output);
    fmt::format_to(out, "\n  {:>6}", "steps");
    for (const Column &column : columns)
      fmt::format_to(out, "  {:>9}", column.head);
    text += "\n";
    for (size_t i = 0; i < steps.size(); ++i) {
      fmt::format_to(out, "  {:>6}", steps[i]);
      for (const Column &column : columns) {
        bool isNumber = column.head.find("rms") != std::string::npos || column.head == "largest";
        fmt::format_to(out, "  {:>9}", formatNumber(column.get(output.steps[i]), !isNumber));
      }
      text += "\n";
    }
  }
  return text;
}

void addJSON(nlohmann::ordered_json &json, const std::vector<OutputScores> &scores) {
  json.update(toJSON(scores.front()));
  if (scores.size() == 1)
    return;
  json["outputs"] = nlohmann::ordered_json::array();
  for (const OutputScores &output : scores) {
    nlohmann::ordered_json one;
    one["name"] = output.name;
    one.update(toJSON(output));
    json["outputs"].push_back(std::move(one));
  }
}

nlohmann::ordered_json toJSON(const std::vector<::snn::Reference> &references) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ::snn::Reference &reference : references) {
    nlohmann::ordered_json one;
    if (references.size() > 1)
      one["output"] = reference.output;
    one["metric"] = reference.metric;
    if (reference.agreement)
      one["agreement"] = *reference.agreement;
    one["output_error"] = reference.outputError;
    one["images"] = reference.images;
    list.push_back(std::move(one));
  }
  nlohmann::ordered_json json = list.front();
  if (list.size() > 1)
    json["outputs"] = std::move(list);
  return json;
}

} // namespace snnc
