#include "tools/driver/Check.h"

#include "compiler/data/Files.h"
#include "compiler/support/Json.h"
#include "compiler/support/Text.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tools/driver/Analysis.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/LoadModel.h"
#include "tools/driver/SelectOutputs.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <fmt/core.h>
#include <nlohmann/json.hpp>

using namespace mlir;

namespace snnc {

namespace {

/// Nodes that cannot even be imported; the others have not been tried, since there is no network.
std::vector<NodeVerdict> judgeImport(ArrayRef<ONNXNode> nodes) {
  std::vector<NodeVerdict> verdicts;
  for (const ONNXNode &node : nodes) {
    Verdict verdict = node.isUnread                            ? Verdict::Folded
                      : node.problem.empty() || node.isSkipped ? Verdict::NotTried
                                                               : Verdict::Unsupported;
    verdicts.push_back(
        {node.name, node.op, verdict, node.isUnread ? kUnreadNote.str() : node.problem, 0});
  }
  return verdicts;
}

/// Verdicts on the nodes of the model, or nothing when it cannot be read; messages have been printed
/// then.
std::optional<std::vector<NodeVerdict>> examine(const CheckOptions &options) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  DiagnosticPrinter diagnostics(&context, options.compile.model, /*verbose=*/false);
  loadDialects(context);
  std::vector<ONNXNode> nodes;
  OwningOpRef<ModuleOp> module =
      loadModel(options.compile.model, context, options.compile.inputShapes, &nodes);
  bool broken = llvm::any_of(nodes, [](const ONNXNode &node) { return !node.problem.empty(); });
  if (broken)
    return judgeImport(nodes);
  if (!module)
    return std::nullopt;
  auto functions = llvm::to_vector(module->getOps<func::FuncOp>());
  if (functions.size() != 1 || functions.front().isDeclaration()) {
    printError(fmt::format("{}: has {} functions; a network is one", options.compile.model,
                           functions.size()));
    return std::nullopt;
  }
  if (std::string problem = selectOutputs(functions.front(), options.compile.outputNames);
      !problem.empty()) {
    printError(fmt::format("{}: {}", options.compile.model, problem));
    return std::nullopt;
  }
  if (!functions.front().getOps<snn::EncodeOp>().empty()) {
    printError(fmt::format("{}: is a spiking network already", options.compile.model));
    return std::nullopt;
  }
  Analysis analysis(*module, options.compile.pipeline);
  auto verdicts = nodes.empty() ? analysis.judge() : analysis.judge(nodes);
  bool placed = llvm::any_of(
      verdicts, [](const NodeVerdict &node) { return node.verdict == Verdict::Unsupported; });
  if (!placed && !analysis.getProblems().empty()) {
    // It is the network that is refused, not one of its nodes.
    printError(
        fmt::format("{}: {}", options.compile.model, analysis.getProblems().front().message));
    return std::nullopt;
  }
  return verdicts;
}

void printTable(ArrayRef<NodeVerdict> verdicts) {
  size_t name = 4, op = 8;
  for (const NodeVerdict &node : verdicts) {
    name = std::max(name, showText(node.name).size());
    op = std::max(op, showText(node.op).size());
  }
  fmt::print("{:<{}}  {:<{}}  {:<12}  {}\n", "node", name, "operator", op, "verdict", "");
  for (const NodeVerdict &node : verdicts)
    fmt::print("{:<{}}  {:<{}}  {:<12}  {}\n", showText(node.name), name, showText(node.op), op,
               describe(node.verdict).str(), showText(node.note));
}

/// "23 nodes: 20 exact, 3 decomposed".
void printSummary(const std::string &model, ArrayRef<NodeVerdict> verdicts) {
  std::string parts;
  for (Verdict verdict : {Verdict::Exact, Verdict::Folded, Verdict::Decomposed,
                          Verdict::Approximated, Verdict::Unsupported, Verdict::NotTried}) {
    auto count =
        llvm::count_if(verdicts, [&](const NodeVerdict &node) { return node.verdict == verdict; });
    if (count)
      parts += fmt::format("{}{} {}", parts.empty() ? "" : ", ", count, describe(verdict).str());
  }
  fmt::print("{}: {} nodes: {}\n", llvm::sys::path::filename(model).str(), verdicts.size(), parts);
}

std::string toJSON(const std::string &model, ArrayRef<NodeVerdict> verdicts, bool supported) {
  nlohmann::ordered_json report;
  report["model"] = llvm::sys::path::filename(model).str();
  report["supported"] = supported;
  report["nodes"] = nlohmann::ordered_json::array();
  for (const NodeVerdict &node : verdicts) {
    nlohmann::ordered_json entry{{"name", node.name},
                                 {"operator", node.op},
                                 {"verdict", describe(node.verdict).str()},
                                 {"note", node.note}};
    if (node.verdict == Verdict::Approximated)
      entry["error"] = node.error;
    report["nodes"].push_back(std::move(entry));
  }
  return toText(report, 2);
}

} // namespace

int check(const CheckOptions &options) {
  std::optional<std::vector<NodeVerdict>> verdicts = examine(options);
  if (!verdicts)
    return 1;
  bool supported = llvm::none_of(
      *verdicts, [](const NodeVerdict &node) { return node.verdict == Verdict::Unsupported; });
  std::string json = toJSON(options.compile.model, *verdicts, supported);
  if (options.json == "-") {
    fmt::print("{}", json);
    return supported ? 0 : 1;
  }
  if (!options.json.empty()) {
    auto status = data::writeFile(options.json,
                                  {reinterpret_cast<const std::byte *>(json.data()), json.size()});
    if (!status) {
      printError(status.error());
      return 1;
    }
  }
  printTable(*verdicts);
  printSummary(options.compile.model, *verdicts);
  if (!supported)
    fmt::print("operators that can be imported: {}\n", llvm::join(listONNXOperators(), ", "));
  return supported ? 0 : 1;
}

} // namespace snnc
