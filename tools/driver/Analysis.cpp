#include "tools/driver/Analysis.h"

#include "compiler/calibrate/Domains.h"
#include "compiler/reference/Functions.h"
#include "dialects/ann/ANN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <fmt/core.h>

using namespace mlir;

namespace snnc {

llvm::StringRef describe(Verdict verdict) {
  switch (verdict) {
  case Verdict::Exact:
    return "exact";
  case Verdict::Folded:
    return "folded";
  case Verdict::Decomposed:
    return "decomposed";
  case Verdict::Approximated:
    return "approximated";
  case Verdict::Unsupported:
    return "unsupported";
  case Verdict::NotTried:
    return "not tried";
  }
  return "";
}

namespace {

/// Names that a location stands for: those of its nodes, or line and column in a text file.
std::vector<std::string> getNames(Location location) {
  std::vector<std::string> names;
  location->walk([&](Location part) {
    if (auto name = dyn_cast<NameLoc>(part))
      names.push_back(name.getName().str());
    else if (auto line = dyn_cast<FileLineColLoc>(part))
      names.push_back(fmt::format("{}:{}", line.getLine(), line.getColumn()));
    return WalkResult::advance();
  });
  return names;
}

bool isOperator(Operation *op) {
  return isa_and_nonnull<ann::ANNDialect>(op->getDialect()) && !isa<ann::ConstantOp>(op);
}

std::string getMnemonic(Operation *op) { return op->getName().stripDialect().str(); }

/// A phase on `module`, without data; the messages it gives.
LogicalResult runPhase(ModuleOp module, Phase phase, const PipelineOptions &options,
                       std::vector<Analysis::Problem> &problems) {
  ScopedDiagnosticHandler capture(module.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error)
      problems.push_back({diagnostic.getLocation(), diagnostic.str()});
    return success();
  });
  PassManager manager(module.getContext());
  addPhase(manager, phase, options);
  return manager.run(module);
}

} // namespace

Analysis::Analysis(ModuleOp module, const PipelineOptions &options) {
  auto record = [](ModuleOp in, std::map<std::string, Names> &table,
                   std::vector<std::string> *names) {
    in.walk([&](Operation *op) {
      if (!isOperator(op))
        return;
      for (const std::string &name : getNames(op->getLoc())) {
        if (names && !table.count(name))
          names->push_back(name);
        table[name].insert(getMnemonic(op));
      }
    });
  };
  record(module, before, &order);
  PipelineOptions noData = options;
  noData.calibration.clear();
  noData.verifyPhases = false; // what follows tells more problems than the first broken promise
  OwningOpRef<ModuleOp> ported = module.clone();
  if (succeeded(runPhase(*ported, Phase::Port, noData, problems))) {
    record(*ported, after, nullptr);
    for (auto function : ported->getOps<func::FuncOp>())
      for (const Demand &demand : getDemands(function))
        for (const std::string &name : getNames(demand.op->getLoc()))
          conditions.try_emplace(name, describe(demand.domain).str());
    ported->walk([&](Operation *op) {
      if (op->hasAttr(ann::ANNDialect::kHostAttrName))
        for (const std::string &name : getNames(op->getLoc()))
          hosted.insert(name);
    });
    OwningOpRef<ModuleOp> spiking = ported->clone();
    if (succeeded(runPhase(*spiking, Phase::Convert, noData, problems)))
      measureErrors(*ported, *spiking);
  }
  for (const Problem &problem : problems)
    for (const std::string &name : getNames(problem.location))
      if (before.count(name))
        refused.try_emplace(name, StringRef(problem.message).split("' op ").second.empty()
                                      ? problem.message
                                      : StringRef(problem.message).split("' op ").second.str());
}

/// Neurons may follow another function than the operator's: how far they are apart is measured.
void Analysis::measureErrors(ModuleOp ported, ModuleOp spiking) {
  std::map<std::string, snn::NeuronOp> neurons;
  spiking.walk([&](snn::NeuronOp neuron) {
    for (const std::string &name : getNames(neuron.getLoc()))
      neurons.emplace(name, neuron);
  });
  ported.walk([&](ann::ElementwiseOpInterface op) {
    if (op->getNumOperands() != 1)
      return;
    for (const std::string &name : getNames(op->getLoc())) {
      auto found = neurons.find(name);
      if (found == neurons.end() || found->second.getCurrents().size() != 1 ||
          after[name].size() != 1)
        continue;
      snn::NeuronOp neuron = found->second;
      ArrayRef<double> params;
      if (auto attr = neuron.getParamsAttr())
        params = attr.asArrayRef();
      double largest = 0;
      bool isPartial = ::snn::getInfo(neuron.getFunction()).domain ==
                       ::snn::Domain::Positive; // defined where x > 0
      auto wanted = op.getFunction();
      for (int i = -512; i <= 512; ++i) {
        double x = i / 64.0, y = wanted(x, 0);
        if (isPartial && x <= 0)
          continue;
        double error = std::abs(reference::evaluate(neuron.getFunction(), {x}, params) - y);
        if (std::isfinite(y))
          largest = std::max(largest, error);
      }
      if (largest > 1e-9)
        errors[name] = largest;
    }
  });
}

NodeVerdict Analysis::judge(const std::string &name, const std::string &op) const {
  NodeVerdict verdict{name, op, Verdict::Exact, "", 0};
  auto imported = before.find(name), became = after.find(name);
  if (auto found = refused.find(name); found != refused.end()) {
    verdict.verdict = Verdict::Unsupported;
    verdict.note = found->second;
  } else if (imported == before.end()) {
    verdict.verdict = Verdict::Folded;
    verdict.note = "computed on import";
  } else if (became == after.end()) {
    verdict.verdict = Verdict::Folded;
    verdict.note = "into its neighbours";
  } else if (auto error = errors.find(name); error != errors.end()) {
    verdict.verdict = Verdict::Approximated;
    verdict.error = error->second;
    verdict.note = fmt::format("within {:.2g} for inputs from -8 to 8", error->second);
  } else if (became->second != imported->second) {
    verdict.verdict = Verdict::Decomposed;
    verdict.note = "into " + llvm::join(became->second, ", ");
  } else if (hosted.count(name)) {
    verdict.note = "behind the decoder, for the host";
  } else if (auto condition = conditions.find(name); condition != conditions.end()) {
    verdict.note = condition->second;
  }
  return verdict;
}

std::vector<NodeVerdict> Analysis::judge() const {
  std::vector<NodeVerdict> verdicts;
  for (const std::string &name : order)
    verdicts.push_back(judge(name, llvm::join(before.find(name)->second, ", ")));
  return verdicts;
}

std::vector<NodeVerdict> Analysis::judge(ArrayRef<ONNXNode> nodes) const {
  std::vector<NodeVerdict> verdicts;
  for (const ONNXNode &node : nodes) {
    verdicts.push_back(judge(node.name, node.op));
    if (node.isUnread)
      verdicts.back().note = kUnreadNote;
  }
  return verdicts;
}

} // namespace snnc
