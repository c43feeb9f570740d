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
        utilization.most = std::max(utilization.most, usage->used);
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

void describe(MappingReport &report, const Program &program, const Activity *activity) {
  report.coresUsed = static_cast<int64_t>(program.cores.size());
  report.coresAvailable = program.mesh.cores();
  report.utilization = measure(program);
  report.steps = program.steps;
  report.chipSteps = program.chipSteps();
  if (!activity || activity->samples == 0)
    return;
  auto samples = static_cast<double>(activity->samples);
  report.samples = activity->samples;
  report.spikes = static_cast<double>(activity->spikes()) / samples;
  report.synapticOps = static_cast<double>(activity->synapticOps()) / samples;
  report.updates = static_cast<double>(activity->updates()) / samples;
  report.messages = static_cast<double>(activity->messages) / samples;
  report.hops = static_cast<double>(activity->hops()) / samples;
  report.busiestLinkMessages = static_cast<double>(activity->busiestLink) / samples;
  report.criticalOps = static_cast<double>(activity->criticalOps) / samples;
  report.microseconds = activity->nanoseconds / samples * 1e-3;
  for (size_t i = 0; i < activity->cores.size(); ++i)
    if (activity->cores[i].synapticOps > activity->cores[report.busiestCore].synapticOps)
      report.busiestCore = i;
  if (!activity->cores.empty())
    report.busiestCoreOps =
        static_cast<double>(activity->cores[report.busiestCore].synapticOps) / samples;
  report.energy = countEnergy(program.energy, program.timing, *activity);
}

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
                   one.limit, group(static_cast<double>(one.most)), group(available),
                   100 * static_cast<double>(one.most) / available, 100 * one.mean / available);
  }
  fmt::format_to(out, "  placement         {} event hops a sample, {:.1f} % fewer than row-major\n",
                 group(report.plannedHops), 100 * getSaving(report));
  fmt::format_to(out, "  latency           {} steps of the chip ({} time steps)\n",
                 report.chipSteps, report.steps);
  if (report.samples == 0) {
    fmt::format_to(out, "  no images given (--data): nothing was simulated\n");
    return text;
  }
  fmt::format_to(out, "  simulated         {} images, {} with the outputs of the integer runtime\n",
                 report.samples, report.exactSamples);
  if (report.accuracy >= 0)
    fmt::format_to(out, "  accuracy          {:.4f}\n", report.accuracy);
  fmt::format_to(out, "  per image\n    spikes          {}\n    messages        {} over {} hops\n",
                 group(report.spikes), group(report.messages), group(report.hops));
  fmt::format_to(out, "    synaptic ops    {}, of which core {} has {}\n",
                 group(report.synapticOps), report.busiestCore, group(report.busiestCoreOps));
  fmt::format_to(out, "    neuron updates  {}\n", group(report.updates));
  fmt::format_to(out, "    busiest link    {} messages\n", group(report.busiestLinkMessages));
  fmt::format_to(out, "    cycles          {} at one operation a cycle in the busiest core\n",
                 group(report.criticalOps));
  if (report.microseconds > 0)
    fmt::format_to(out, "    time            {:.1f} us by the model's timing\n",
                   report.microseconds);
  for (bool isStatic : {true, false})
    for (const EnergyPart &part : report.energy)
      if (part.isStatic == isStatic)
        fmt::format_to(out, "    energy          {:<19} {}\n",
                       part.name + (isStatic ? " (static)" : ""),
                       part.picojoules ? showEnergy(*part.picojoules) : "not published");
  return text;
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
    double sums[2] = {0, 0};
    bool known[2] = {false, false};
    for (const EnergyPart &part : report.energy)
      if (part.picojoules) {
        sums[part.isStatic ? 0 : 1] += *part.picojoules;
        known[part.isStatic ? 0 : 1] = true;
      }
    fmt::format_to(out, "{:<12} {:>11} {:>12} {:>12} {:>14} {:>6.1f} % {} | {}\n", report.model,
                   fmt::format("{} of {}", report.coresUsed, report.coresAvailable),
                   group(report.messages), group(report.hops), group(report.synapticOps),
                   100 * getSaving(report), known[0] ? showEnergy(sums[0]) : "not published",
                   known[1] ? showEnergy(sums[1]) : "not published");
  }
  return text;
}

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
    nlohmann::ordered_json entry{{"most", one.most}, {"mean", one.mean}};
    entry["available"] = one.available == kUnlimited ? nlohmann::ordered_json()
                                                     : nlohmann::ordered_json(one.available);
    json["utilization"][one.limit] = entry;
  }
  json["placement"] = {{"event_hops", report.plannedHops},
                       {"row_major_event_hops", report.rowMajorHops},
                       {"saved", getSaving(report)}};
  json["steps"] = report.steps;
  json["chip_steps"] = report.chipSteps;
  json["samples"] = report.samples;
  if (report.samples == 0)
    return json;
  json["exact_samples"] = report.exactSamples;
  if (report.accuracy >= 0)
    json["accuracy"] = report.accuracy;
  json["per_sample"] = {{"spikes", report.spikes},
                        {"messages", report.messages},
                        {"hops", report.hops},
                        {"synaptic_ops", report.synapticOps},
                        {"neuron_updates", report.updates},
                        {"busiest_core", report.busiestCore},
                        {"busiest_core_synaptic_ops", report.busiestCoreOps},
                        {"busiest_link_messages", report.busiestLinkMessages},
                        {"cycles", report.criticalOps}};
  if (report.microseconds > 0)
    json["per_sample"]["microseconds"] = report.microseconds;
  for (const EnergyPart &part : report.energy)
    json["energy_pj"][part.isStatic ? "static" : "marginal"][part.name] =
        part.picojoules ? nlohmann::ordered_json(*part.picojoules) : nlohmann::ordered_json();
  return json;
}

} // namespace snnc::core
