#include "tools/driver/Report.h"
#include "compiler/support/Text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace snnc {

namespace {

/// Root mean square of column `layer`: each image counts the same.
double getLayerError(const snn::BatchResult &result, size_t layer) {
  size_t layers = result.layers.size();
  double squares = 0;
  for (size_t i = layer; i < result.layerErrors.size(); i += layers)
    squares += result.layerErrors[i] * result.layerErrors[i];
  return std::sqrt(squares * static_cast<double>(layers) /
                   static_cast<double>(result.layerErrors.size()));
}

/// 1234567 as 1,234,567.
std::string group(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (int64_t i = static_cast<int64_t>(digits.size()) - 3; i > 0; i -= 3)
    digits.insert(i, ",");
  return digits;
}

/// What was taken, and what was expected of each way: 0/64/0 and 2310/242/- microseconds.
std::string formatWays(const Report::Layer &layer) {
  std::string counts =
      fmt::format("{:.0f}/{:.0f}/{:.0f}", layer.ways[0], layer.ways[1], layer.ways[2]);
  std::string expected;
  bool hasChoice = false;
  for (const std::optional<double> &way : layer.expected) {
    hasChoice |= way && *way > 0;
    expected += (expected.empty() ? "" : "/") + (way ? fmt::format("{:.0f}", *way) : "-");
  }
  return fmt::format("{:>12} {:>16}", counts, hasChoice ? expected : "");
}

/// Who chose the order of the work, and why.
std::string formatOrder(const Report &report) {
  const snn::OrderChoice &choice = report.orderChoice;
  auto mebibytes = [](uint64_t bytes) { return static_cast<double>(bytes) / 1048576; };
  std::string order = report.order == "steps" ? "step by step" : "layer by layer";
  if (report.orderBy == "stop_rule")
    return order + ", since it may stop after any step";
  if (report.orderBy == "user")
    return order + ", as asked for";
  if (report.orderBy == "memory")
    return order + ", to need less memory";
  if (choice.bytesOfSteps == 0 && choice.bytesOfLayers == 0)
    return fmt::format("{}; all stays in a cache of {:.1f} MiB either way", order,
                       mebibytes(choice.cacheBytes));
  return fmt::format(
      "{}, which loads {:.0f} MiB per image that a cache of {:.1f} MiB does not keep; "
      "{}, {:.0f} MiB",
      order, mebibytes(std::min(choice.bytesOfSteps, choice.bytesOfLayers)),
      mebibytes(choice.cacheBytes), report.order == "steps" ? "layer by layer" : "step by step",
      mebibytes(std::max(choice.bytesOfSteps, choice.bytesOfLayers)));
}

/// How threads share an image, where they do.
std::string formatSharing(const Report &report) {
  if (report.threadsPerImage == 1)
    return "";
  auto isShared = [](const Report::Layer &layer) { return layer.threads > 1; };
  auto shared = std::count_if(report.layers.begin(), report.layers.end(), isShared);
  return fmt::format(", {} on an image, {} of {} layers divided", report.threadsPerImage, shared,
                     report.layers.size());
}

} // namespace

Report makeReport(const snn::Program &program, const snn::BatchResult &result,
                  const std::vector<OutputTask> &tasks) {
  Report report;
  report.model = program.model();
  report.images = result.ann.size() / program.outputSize();
  report.steps = result.steps;
  report.threads = result.threads;
  report.threadsPerImage = result.threadsPerSample;
  report.outputs = makeScores(program, result, tasks);
  report.references = program.references();
  double images = static_cast<double>(report.images), events = 0, neurons = 0;
  uint64_t steps = 0, stopped = 0;
  for (uint32_t taken : result.stepsTaken) {
    steps += taken;
    stopped += taken < result.steps.back();
  }
  report.meanSteps = static_cast<double>(steps) / images;
  report.stoppedEarly = static_cast<double>(stopped) / images;
  for (size_t i = 0; i < result.layers.size(); ++i) {
    const snn::LayerInfo &info = program.layers()[i];
    const snn::LayerStatistics &layer = result.layers[i];
    report.layers.push_back({info.name,
                             info.neurons,
                             static_cast<double>(layer.events) / images,
                             static_cast<double>(layer.synapticOps) / images,
                             static_cast<double>(layer.activeSteps) / images,
                             0,
                             {},
                             {},
                             result.layerThreads[i],
                             {}});
    for (size_t way = 0; way < layer.ways.size(); ++way) {
      report.layers.back().ways[way] = static_cast<double>(layer.ways[way]) / images;
      report.ways[way] += report.layers.back().ways[way];
      if (layer.expected[way] != snn::LayerStatistics::kNoWay)
        report.layers.back().expected[way] =
            static_cast<double>(layer.expected[way]) * 1e-6 / images;
    }
    if (!result.layerErrors.empty())
      report.layers.back().error = getLayerError(result, i);
    report.synapticOps += static_cast<double>(layer.synapticOps) / images;
    report.energyPicojoules += getEnergy(layer) / images;
    if (info.isNeuron) {
      events += static_cast<double>(layer.events) / images;
      neurons += static_cast<double>(info.neurons);
    }
  }
  report.eventsPerNeuron = neurons > 0 ? events / neurons : 0;
  report.annMacs = static_cast<double>(program.annMacs());
  report.annEnergyPicojoules = report.annMacs * (kAddPicojoules + kMultiplyPicojoules);
  report.processorSeconds = result.processorSeconds / images;
  report.imagesPerSecond = result.seconds > 0 ? images / result.seconds : 0;
  return report;
}

std::string toText(const Report &report) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "{}: {} images{}", report.model, report.images,
                 toText(report.outputs, report.steps));
  if (report.meanSteps > 0)
    fmt::format_to(out,
                   "\n  stopped when confident: {:.2f} steps on average, {:.1f} % of the images "
                   "before the last\n",
                   report.meanSteps, 100 * report.stoppedEarly);
  bool hasErrors = !report.layers.empty() && report.layers.front().error;
  fmt::format_to(out, "\n  {:<24} {:>9} {:>12} {:>14} {:>13}{} {:>12} {:>16}\n",
                 "layer (per image)", "neurons", "events", "synaptic ops", "active steps",
                 hasErrors ? "     error" : "", "ways e/t/d", "expected us");
  for (const Report::Layer &layer : report.layers)
    fmt::format_to(out, "  {:<24} {:>9} {:>12.1f} {:>14} {:>13.1f}{} {}\n", showText(layer.name),
                   layer.neurons, layer.events, group(layer.synapticOps), layer.activeSteps,
                   hasErrors ? fmt::format("  {:>8.4f}", *layer.error) : "", formatWays(layer));
  fmt::format_to(out, "  (ways: how often events came one by one, through tables, as a dense "
                      "product; expected: had "
                      "all of them)\n");
  fmt::format_to(
      out,
      "\n  events per neuron   {:.2f}\n"
      "  synaptic ops        {} (the ANN: {} multiply-accumulates)\n"
      "  energy estimate     {:.3f} uJ (the ANN: {:.3f} uJ; 45 nm, Horowitz 2014: add "
      "{} pJ, multiply {} pJ; no memory traffic)\n"
      "  speed               {:.1f} images/s on {} thread{}{}; per image {:.0f} deliveries by "
      "events, {:.0f} by tables, {:.0f} dense\n"
      "  order               {}\n"
      "  memory              {:.1f} MiB at most\n"
      "{}{}{}",
      report.eventsPerNeuron, group(report.synapticOps), group(report.annMacs),
      report.energyPicojoules * 1e-6, report.annEnergyPicojoules * 1e-6, kAddPicojoules,
      kMultiplyPicojoules, report.imagesPerSecond, report.threads, report.threads == 1 ? "" : "s",
      formatSharing(report), report.ways[0], report.ways[1], report.ways[2], formatOrder(report),
      static_cast<double>(report.peakMemory) / 1048576, toText(report.references),
      report.reference ? toText(*report.reference) : "", toText(report.clipping));
  return text;
}

static nlohmann::ordered_json toJSON(const std::optional<double> &number) {
  return number ? nlohmann::ordered_json(*number) : nlohmann::ordered_json();
}

nlohmann::ordered_json toJSON(const Report &report) {
  nlohmann::ordered_json json;
  json["model"] = report.model;
  json["images"] = report.images;
  json["steps"] = report.steps;
  addJSON(json, report.outputs);
  if (report.meanSteps > 0) {
    json["mean_steps"] = report.meanSteps;
    json["stopped_early"] = report.stoppedEarly;
  }
  json["events_per_neuron"] = report.eventsPerNeuron;
  json["synaptic_ops"] = report.synapticOps;
  json["ann_macs"] = report.annMacs;
  json["energy_pj"] = report.energyPicojoules;
  json["ann_energy_pj"] = report.annEnergyPicojoules;
  json["images_per_second"] = report.imagesPerSecond;
  json["processor_seconds"] = report.processorSeconds;
  json["threads"] = report.threads;
  json["threads_per_image"] = report.threadsPerImage;
  json["order"] = report.order;
  json["order_by"] = report.orderBy;
  json["order_loads"] = {{"steps", report.orderChoice.bytesOfSteps},
                         {"layers", report.orderChoice.bytesOfLayers},
                         {"cache_bytes", report.orderChoice.cacheBytes}};
  json["peak_memory_bytes"] = report.peakMemory;
  json["expected_memory_bytes"] = {
      {"total", report.memory.total()},
      {"program", report.memory.need.plan},
      {"image", std::max(report.memory.need.engine, report.memory.need.ann)},
      {"images_at_a_time", report.memory.engines}};
  if (!report.references.empty())
    json["reference"] = toJSON(report.references);
  if (report.reference)
    json["reference_file"] = toJSON(*report.reference);
  json["clipped"] = toJSON(report.clipping);
  json["layers"] = nlohmann::ordered_json::array();
  for (const Report::Layer &layer : report.layers) {
    json["layers"].push_back(
        {{"name", layer.name},
         {"neurons", layer.neurons},
         {"events", layer.events},
         {"synaptic_ops", layer.synapticOps},
         {"active_steps", layer.activeSteps},
         {"clipped", layer.clipped},
         {"deliveries",
          {{"events", layer.ways[0]}, {"table", layer.ways[1]}, {"dense", layer.ways[2]}}},
         {"expected_us",
          {{"events", toJSON(layer.expected[0])},
           {"table", toJSON(layer.expected[1])},
           {"dense", toJSON(layer.expected[2])}}},
         {"threads", layer.threads}});
    if (layer.error)
      json["layers"].back()["error"] = *layer.error;
  }
  return json;
}

} // namespace snnc
