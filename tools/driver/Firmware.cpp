#include "tools/driver/Firmware.h"

#include "llvm/ADT/STLExtras.h"
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>
#include <sstream>

namespace snnc {

namespace {

/// 1234567 as 1,234,567.
std::string group(double number) {
  std::string digits = fmt::format("{:.0f}", number);
  for (int at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<size_t>(at), ",");
  return digits;
}

/// Bytes of "64K"; nothing where it is no number of them.
std::optional<uint64_t> parseBytes(std::string text) {
  uint64_t unit = 1;
  if (!text.empty() && (text.back() == 'K' || text.back() == 'M')) {
    unit = text.back() == 'K' ? 1024 : 1024 * 1024;
    text.pop_back();
  }
  bool isNumber =
      !text.empty() && text.size() <= 9 &&
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  return isNumber ? std::optional(std::stoull(text) * unit) : std::nullopt;
}

std::string tell(const FirmwareReport &report, const char *what, uint64_t found, uint64_t allowed,
                 uint64_t OperatorRow::*bytes) {
  std::vector<OperatorRow> operators = report.getOperators();
  auto max = std::max_element(
      operators.begin(), operators.end(),
      [&](const OperatorRow &a, const OperatorRow &b) { return a.*bytes < b.*bytes; });
  return fmt::format(
      "takes {} bytes of {}, more than the budget of {}; most of them, {}, in layer '{}'",
      group(static_cast<double>(found)), what, group(static_cast<double>(allowed)),
      group(static_cast<double>((*max).*bytes)), max->name);
}

} // namespace

::snn::Result<Budget> Budget::parse(const std::string &text) {
  Budget budget;
  std::istringstream words(text);
  for (std::string word; std::getline(words, word, ',');) {
    size_t equal = word.find('=');
    std::string key = word.substr(0, equal);
    auto bytes = equal == std::string::npos ? std::nullopt : parseBytes(word.substr(equal + 1));
    if (!bytes || (key != "ram" && key != "flash"))
      return ::snn::Error{fmt::format(
          "--budget takes ram=BYTES, flash=BYTES or both, with K or M behind a number, found '{}'",
          word)};
    (key == "ram" ? budget.ram : budget.flash) = bytes;
  }
  return budget;
}

uint64_t FirmwareReport::getFlashBytes() const {
  uint64_t bytes = work.inputTableBytes + static_cast<uint64_t>(std::llround(codeBytes));
  for (const c::LayerWork &layer : work.layers)
    bytes += layer.tableBytes;
  return bytes;
}

Weighed FirmwareReport::weigh() const {
  return {order,           kernels,
          weights,         instructions.empty() ? std::nullopt : std::optional(getInstructions()),
          getFlashBytes(), getRamBytes()};
}

double FirmwareReport::getInstructions() const {
  return std::accumulate(instructions.begin(), instructions.end(), 0.0);
}

std::vector<OperatorRow> FirmwareReport::getOperators() const {
  std::vector<OperatorRow> operators;
  for (auto [i, layer] : llvm::enumerate(work.layers)) {
    auto row = llvm::find_if(operators,
                             [&](const OperatorRow &other) { return other.name == layer.name; });
    if (row == operators.end())
      row = operators.insert(operators.end(), OperatorRow{layer.name});
    ++row->layers;
    row->instructions += instructions.empty() ? 0 : instructions[i];
    row->events += layer.events;
    row->tableBytes += layer.tableBytes;
    row->stateBytes = std::max(row->stateBytes, layer.stateBytes);
  }
  return operators;
}

std::string FirmwareReport::compare(const Budget &budget) const {
  if (budget.ram && getRamBytes() > *budget.ram)
    return tell(*this, "RAM", getRamBytes(), *budget.ram, &OperatorRow::stateBytes);
  if (budget.flash && getFlashBytes() > *budget.flash)
    return tell(*this, "flash", getFlashBytes(), *budget.flash, &OperatorRow::tableBytes);
  return "";
}

FirmwareReport makeFirmwareReport(exec::ProgramOp program, const c::EmitOptions &options,
                                  const c::Activity &activity, const c::Processor &processor) {
  FirmwareReport report;
  report.processor = processor.name;
  report.order = exec::stringifyOrder(*program.getOrder()).str();
  report.images = activity.images;
  report.work = c::countWork(program, options, activity);
  report.kernels = options.kernels == c::Kernels::Inline ? "inline" : "shared";
  report.codeBytes = c::getCodeBytes(program, options.kernels, processor);
  const double share = c::getShare(program, options.kernels, processor);
  if (report.work.obstacle.empty())
    for (const c::LayerWork &layer : report.work.layers)
      report.instructions.push_back(share * c::predict(layer.counts, processor));
  return report;
}

namespace {

/// The layers whose values take twice the memory, and why.
std::string tellWideValues(const FirmwareReport &report) {
  std::vector<std::string> wide;
  for (const c::LayerWork &layer : report.work.layers)
    if (layer.valueBits > 8)
      wide.push_back(fmt::format("{} ({} to {})", layer.name, layer.min, layer.max));
  return wide.empty() ? ""
                      : fmt::format("  values of 16 bits, since neurons end beyond what 8 hold, 0 "
                                    "to 255 or -128 to 127: {}\n",
                                    fmt::join(wide, ", "));
}

/// What was weighed, and what was taken of it.
std::string tellWeighed(const FirmwareReport &report) {
  if (report.goal.empty())
    return "";
  const Weighed taken = report.weigh();
  std::string text =
      fmt::format("  weighed for --optimize {}, the first that takes least:\n  {:<8} {:<8} {:<8} "
                  "{:>14} {:>10} {:>10}\n",
                  report.goal, "order", "kernels", "weights", "instructions", "flash", "RAM");
  for (const Weighed &one : report.weighed) {
    bool isTaken =
        one.order == taken.order && one.kernels == taken.kernels && one.weights == taken.weights;
    text += fmt::format("  {:<8} {:<8} {:<8} {:>14} {:>10} {:>10}{}\n", one.order, one.kernels,
                        one.weights, one.instructions ? group(*one.instructions) : "-",
                        group(static_cast<double>(one.flash)), group(static_cast<double>(one.ram)),
                        isTaken ? "  taken" : "");
  }
  return text;
}

nlohmann::ordered_json toJSON(const Weighed &one) {
  nlohmann::ordered_json json = {
      {"order", one.order}, {"kernels", one.kernels}, {"weights", one.weights}};
  if (one.instructions)
    json["instructions"] = std::round(*one.instructions);
  json["flash"] = one.flash;
  json["ram"] = one.ram;
  return json;
}

} // namespace

std::string toText(const FirmwareReport &report) {
  std::vector<OperatorRow> operators = report.getOperators();
  bool hasSeveral = false;
  size_t width = 20;
  for (OperatorRow &row : operators) {
    hasSeveral |= row.layers > 1;
    if (row.layers > 1)
      row.name += fmt::format(", {} layers", row.layers);
    width = std::max(width, row.name.size());
  }
  std::string text =
      fmt::format("  an image on {}, order {}, events {}:\n", report.processor, report.order,
                  report.images ? fmt::format("of {} images", report.images)
                                : "assumed (one of each neuron; --data measures)");
  auto addLine = [&](const std::string &name, const std::string &instructions,
                     const std::string &flash, const std::string &ram, const std::string &events) {
    std::string line = fmt::format("  {:<{}} {:>13} {:>10} {:>10} {:>11}", name, width,
                                   instructions, flash, ram, events);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  };
  auto addRow = [&](const std::string &name, double instructions, double flash, double ram,
                    double events) {
    addLine(name, report.instructions.empty() ? "-" : group(instructions), group(flash), group(ram),
            group(events));
  };
  addLine("layer", "instructions", "flash", "RAM", "events");
  double events = 0;
  for (const OperatorRow &row : operators) {
    addRow(row.name, row.instructions, static_cast<double>(row.tableBytes),
           static_cast<double>(row.stateBytes), row.events);
    events += row.events;
  }
  addLine("code", "", group(report.codeBytes), "", "");
  addLine("input and output", "", group(static_cast<double>(report.work.inputTableBytes)),
          group(static_cast<double>(report.work.callerBytes)), "");
  addRow("all", report.getInstructions(), static_cast<double>(report.getFlashBytes()),
         static_cast<double>(report.getRamBytes()), events);
  text += "  (instructions and code predicted; bytes of tables and of buffers while a layer runs, "
          "which share memory)\n";
  if (hasSeveral)
    text += "  (of an operator with several layers: the sum, and the RAM of the one that takes "
            "most; --json has each)\n";
  if (!report.work.obstacle.empty())
    text += fmt::format("  instructions are not predicted: {}\n", report.work.obstacle);
  return text + tellWideValues(report) + tellWeighed(report);
}

nlohmann::ordered_json toJSON(const FirmwareReport &report) {
  nlohmann::ordered_json json, layers = nlohmann::ordered_json::array();
  for (size_t i = 0; i < report.work.layers.size(); ++i) {
    const c::LayerWork &layer = report.work.layers[i];
    nlohmann::ordered_json one, work = nlohmann::ordered_json::object();
    for (size_t k = 0; k < c::kCosts; ++k)
      if (layer.counts[k] != 0)
        work[c::kCostInfos[k].name] = layer.counts[k];
    one["name"] = layer.name;
    one["symbol"] = layer.symbol;
    one["does"] = layer.does;
    if (!report.instructions.empty())
      one["instructions"] = std::round(report.instructions[i]);
    one["flash"] = layer.tableBytes;
    one["ram"] = layer.stateBytes;
    one["events"] = layer.events;
    if (layer.valueBits != 0) {
      one["value_bits"] = layer.valueBits;
      one["ends"] = {layer.min, layer.max};
    }
    one["work"] = std::move(work);
    layers.push_back(std::move(one));
  }
  json["target"] = report.processor;
  json["order"] = report.order;
  json["kernels"] = report.kernels;
  json["weights"] = report.weights;
  json["images"] = report.images;
  json["layers"] = std::move(layers);
  if (!report.instructions.empty())
    json["instructions"] = std::round(report.getInstructions());
  json["flash"] = report.getFlashBytes();
  json["code"] = std::round(report.codeBytes);
  json["ram"] = report.getRamBytes();
  json["state"] = report.work.stateBytes;
  if (!report.goal.empty()) {
    json["optimize"] = report.goal;
    for (const Weighed &one : report.weighed)
      json["weighed"].push_back(toJSON(one));
  }
  return json;
}

} // namespace snnc
