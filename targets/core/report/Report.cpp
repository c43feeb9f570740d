#include "targets/core/report/Report.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>

namespace snnc::core {

namespace {

const Usage *find(const Core &core, const std::string &limit) {
  for (const Usage &usage : core.usage)
    if (usage.limit == limit)
      return &usage;
  return nullptr;
}

std::vector<Utilization> measure(const Program &program) {
  std::vector<Utilization> result;
  if (program.cores.empty())
    return result;
  for (const Usage &first : program.cores.front().usage) {
    Utilization utilization{first.limit, 0, 0, first.available};
    for (const Core &core : program.cores)
      if (const Usage *usage = find(core, first.limit)) {
        utilization.max = std::max(utilization.max, usage->used);
        utilization.mean += static_cast<double>(usage->used);
      }
    utilization.mean /= static_cast<double>(program.cores.size());
    result.push_back(std::move(utilization));
  }
  return result;
}

/// 1234567 as 1,234,567.
std::string group(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (int64_t at = static_cast<int64_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

std::string showEnergy(double picojoules) {
  if (picojoules >= 1e9)
    return fmt::format("{:.3f} mJ", picojoules * 1e-9);
  if (picojoules >= 1e6)
    return fmt::format("{:.3f} uJ", picojoules * 1e-6);
  return fmt::format("{:.3f} nJ", picojoules * 1e-3);
}

/// "saved 66.1 %", of the row-major order.
double getSaving(const MappingReport &report) {
  return report.rowMajorHops > 0 ? 1 - report.plannedHops / report.rowMajorHops : 0;
}

} // namespace

void describe(MappingReport &report, const Program &program) {
  report.coresUsed = static_cast<int64_t>(program.cores.size());
  report.coresAvailable = program.mesh.cores();
  report.utilization = measure(program);
  report.steps = program.steps;
  report.chipSteps = program.chipSteps();
}

RunCost getCost(const Program &program, const Activity &activity, uint64_t exact) {
  RunCost cost;
  cost.count = activity.samples;
  if (cost.count == 0)
    return cost;
  auto count = static_cast<double>(activity.samples);
  cost.exact = exact;
  cost.spikes = static_cast<double>(activity.spikes()) / count;
  cost.synapticOps = static_cast<double>(activity.synapticOps()) / count;
  cost.updates = static_cast<double>(activity.updates()) / count;
  cost.messages = static_cast<double>(activity.messages) / count;
  cost.hops = static_cast<double>(activity.hops()) / count;
  cost.busiestLinkMessages = static_cast<double>(activity.busiestLink) / count;
  cost.criticalOps = static_cast<double>(activity.criticalOps) / count;
  cost.microseconds = activity.nanoseconds / count * 1e-3;
  for (size_t i = 0; i < activity.cores.size(); ++i)
    if (activity.cores[i].synapticOps > activity.cores[cost.busiestCore].synapticOps)
      cost.busiestCore = i;
  if (!activity.cores.empty())
    cost.busiestCoreOps = static_cast<double>(activity.cores[cost.busiestCore].synapticOps) / count;
  cost.energy = countEnergy(program.energy, program.timing, activity);
  return cost;
}

namespace {

std::string toText(const RunCost &cost, const char *each) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "  per {}\n    spikes          {}\n    messages        {} over {} hops\n",
                 each, group(cost.spikes), group(cost.messages), group(cost.hops));
  fmt::format_to(out, "    synaptic ops    {}, of which core {} has {}\n", group(cost.synapticOps),
                 cost.busiestCore, group(cost.busiestCoreOps));
  fmt::format_to(out, "    neuron updates  {}\n", group(cost.updates));
  fmt::format_to(out, "    busiest link    {} messages\n", group(cost.busiestLinkMessages));
  fmt::format_to(out, "    cycles          {} at one operation a cycle in the busiest core\n",
                 group(cost.criticalOps));
  if (cost.microseconds > 0)
    fmt::format_to(out, "    time            {:.1f} us by the model's timing\n", cost.microseconds);
  for (bool isStatic : {true, false})
    for (const EnergyPart &part : cost.energy)
      if (part.isStatic == isStatic)
        fmt::format_to(out, "    energy          {:<19} {}\n",
                       part.name + (isStatic ? " (static)" : ""),
                       part.picojoules ? showEnergy(*part.picojoules) : "not published");
  return text;
}

/// The sum of the parts that are published; "" where none is.
std::string showSum(const std::vector<EnergyPart> &energy, bool isStatic) {
  double sum = 0;
  bool isKnown = false;
  for (const EnergyPart &part : energy)
    if (part.isStatic == isStatic && part.picojoules) {
      sum += *part.picojoules;
      isKnown = true;
    }
  return isKnown ? showEnergy(sum) : "";
}

/// A line for each frame.
std::string showFrames(const MappingReport &report) {
  std::string text;
  auto out = std::back_inserter(text);
  fmt::format_to(out, "\n{}  {:>6} {:>9} {:>11} {:>13} {:>11} {:>6} {:>12} {:>9} {:>10}\n",
                 report.streams > 1 ? "  stream" : "", "frame", "input", "events", "synaptic ops",
                 "hops", "steps", "energy", "agreement", "rms error");
  for (const FrameCost &frame : report.frames) {
    if (report.streams > 1)
      fmt::format_to(out, "  {:>6}", frame.stream);
    fmt::format_to(out, "  {:>6} {:>9} {:>11} {:>13} {:>11} {:>6} {:>12} {:>9} {:>10.4g}\n",
                   frame.frame, frame.inputSpikes, frame.spikes, frame.synapticOps, frame.hops,
                   frame.steps, showSum(frame.energy, false),
                   frame.agreement ? fmt::format("{:.4f}", *frame.agreement) : "", frame.rmsError);
  }
  return text;
}

/// What was simulated, and what it took.
std::string showRuns(const MappingReport &report) {
  if (report.sample.count == 0)
    return "  no images given (--data): nothing was simulated\n";
  if (report.streams == 0)
    return fmt::format(
               "  simulated         {} images, {} with the outputs of the integer runtime\n",
               report.sample.count, report.sample.exact) +
           (report.accuracy >= 0 ? fmt::format("  accuracy          {:.4f}\n", report.accuracy)
                                 : "") +
           toText(report.sample, "image");
  std::string text =
      fmt::format("  simulated         {} frames of {} stream{}, {} with the outputs of the "
                  "integer runtime\n",
                  report.frames.size(), report.streams, report.streams == 1 ? "" : "s",
                  report.sample.exact + report.update.exact) +
      toText(report.sample, "first frame");
  if (report.update.count > 0)
    text += toText(report.update, "update");
  return text + showFrames(report);
}

} // namespace

std::string toText(const MappingReport &report) {
  std::string text = fmt::format("{} on {}\n", report.network, report.model);
  auto out = std::back_inserter(text);
  if (!report.refusal.empty()) {
    fmt::format_to(out, "  does not run: {}\n", report.refusal);
    return text;
  }
  fmt::format_to(out, "  cores             {} of {}\n", report.coresUsed, report.coresAvailable);
  for (const Utilization &one : report.utilization) {
    if (one.available == kUnlimited)
      continue;
    auto available = static_cast<double>(one.available);
    fmt::format_to(out, "    {:<15} {} of {} in the fullest core ({:.1f} %), {:.1f} % on average\n",
                   one.limit, group(static_cast<double>(one.max)), group(available),
                   100 * static_cast<double>(one.max) / available, 100 * one.mean / available);
  }
  fmt::format_to(out, "  placement         {} event hops {}, {:.1f} % fewer than row-major\n",
                 group(report.plannedHops), report.update.count > 0 ? "an update" : "a sample",
                 100 * getSaving(report));
  fmt::format_to(out, "  latency           {} steps of the chip ({} time steps)\n",
                 report.chipSteps, report.steps);
  return text + showRuns(report);
}

std::string toTable(const std::vector<MappingReport> &reports) {
  std::string text =
      fmt::format("{:<12} {:>11} {:>12} {:>12} {:>14} {:>8} {:>14}\n", "model", "cores", "messages",
                  "hops", "synaptic ops", "saved", "static | marginal energy");
  auto out = std::back_inserter(text);
  for (const MappingReport &report : reports) {
    if (!report.refusal.empty()) {
      fmt::format_to(out, "{:<12} {}\n", report.model, report.refusal);
      continue;
    }
    // Of a stream what updates take.
    const RunCost &cost = report.update.count > 0 ? report.update : report.sample;
    auto show = [&](bool isStatic) {
      std::string sum = showSum(cost.energy, isStatic);
      return sum.empty() ? std::string("not published") : sum;
    };
    fmt::format_to(out, "{:<12} {:>11} {:>12} {:>12} {:>14} {:>6.1f} % {} | {}\n", report.model,
                   fmt::format("{} of {}", report.coresUsed, report.coresAvailable),
                   group(cost.messages), group(cost.hops), group(cost.synapticOps),
                   100 * getSaving(report), show(true), show(false));
  }
  return text;
}

namespace {

nlohmann::ordered_json toJSON(const RunCost &cost) {
  nlohmann::ordered_json json{{"spikes", cost.spikes},
                              {"messages", cost.messages},
                              {"hops", cost.hops},
                              {"synaptic_ops", cost.synapticOps},
                              {"neuron_updates", cost.updates},
                              {"busiest_core", cost.busiestCore},
                              {"busiest_core_synaptic_ops", cost.busiestCoreOps},
                              {"busiest_link_messages", cost.busiestLinkMessages},
                              {"cycles", cost.criticalOps}};
  if (cost.microseconds > 0)
    json["microseconds"] = cost.microseconds;
  return json;
}

nlohmann::ordered_json toJSON(const std::vector<EnergyPart> &energy) {
  nlohmann::ordered_json json;
  for (const EnergyPart &part : energy)
    json[part.isStatic ? "static" : "marginal"][part.name] =
        part.picojoules ? nlohmann::ordered_json(*part.picojoules) : nlohmann::ordered_json();
  return json;
}

nlohmann::ordered_json toJSON(const FrameCost &frame, uint64_t streams) {
  nlohmann::ordered_json json;
  if (streams > 1)
    json["stream"] = frame.stream;
  json["frame"] = frame.frame;
  json["events"] = frame.spikes;
  json["input_events"] = frame.inputSpikes;
  json["synaptic_ops"] = frame.synapticOps;
  json["messages"] = frame.messages;
  json["hops"] = frame.hops;
  json["steps"] = frame.steps;
  json["exact"] = frame.isExact;
  if (frame.agreement)
    json["agreement"] = *frame.agreement;
  json["output_error"] = frame.relativeError;
  json["energy_pj"] = toJSON(frame.energy);
  return json;
}

} // namespace

nlohmann::ordered_json toJSON(const MappingReport &report) {
  nlohmann::ordered_json json;
  json["network"] = report.network;
  json["model"] = report.model;
  if (!report.refusal.empty()) {
    json["refusal"] = report.refusal;
    return json;
  }
  json["cores"] = {{"used", report.coresUsed}, {"available", report.coresAvailable}};
  for (const Utilization &one : report.utilization) {
    nlohmann::ordered_json entry{{"max", one.max}, {"mean", one.mean}};
    entry["available"] = one.available == kUnlimited ? nlohmann::ordered_json()
                                                     : nlohmann::ordered_json(one.available);
    json["utilization"][one.limit] = entry;
  }
  json["placement"] = {{"event_hops", report.plannedHops},
                       {"row_major_event_hops", report.rowMajorHops},
                       {"saved", getSaving(report)}};
  json["steps"] = report.steps;
  json["chip_steps"] = report.chipSteps;
  json["samples"] = report.sample.count;
  if (report.sample.count == 0)
    return json;
  json["exact_samples"] = report.sample.exact;
  if (report.accuracy >= 0)
    json["accuracy"] = report.accuracy;
  json["per_sample"] = toJSON(report.sample);
  json["energy_pj"] = toJSON(report.sample.energy);
  if (report.streams == 0)
    return json;
  json["streams"] = report.streams;
  json["input_threshold"] = report.inputThreshold;
  json["updates"] = {{"frames", report.update.count}};
  if (report.update.count > 0) {
    json["updates"]["exact_frames"] = report.update.exact;
    json["updates"].update(toJSON(report.update));
    json["updates"]["energy_pj"] = toJSON(report.update.energy);
  }
  json["frames"] = nlohmann::ordered_json::array();
  for (const FrameCost &frame : report.frames)
    json["frames"].push_back(toJSON(frame, report.streams));
  return json;
}

} // namespace snnc::core
