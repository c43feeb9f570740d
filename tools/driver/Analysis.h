//===- Analysis: what becomes of each operator, found by converting a copy ---------------------------------------===//
//
// There is no list here of what converts: a copy of the network goes through the passes, without data, and
// the analysis reads what came out and what was refused.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_ANALYSIS_H
#define SNNC_TOOLS_DRIVER_ANALYSIS_H

#include "compiler/import/onnx/ONNXImport.h"
#include "compiler/pipeline/Pipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include <map>
#include <set>

namespace snnc {

enum class Verdict { Exact, Folded, Decomposed, Approximated, Unsupported, NotTried };

/// As `snnc check` writes it.
llvm::StringRef describe(Verdict verdict);

/// Of a node that no output depends on.
inline constexpr llvm::StringLiteral kUnreadNote = "nothing reads what it gives";

struct NodeVerdict {
  std::string name, op;
  Verdict verdict = Verdict::Exact;
  std::string note; ///< what it becomes, or why not
  double error = 0; ///< of an approximation: the largest on [-8, 8]
};

/// A network's way to spikes, tried on a copy.
class Analysis {
public:
  /// Tries `module`, a network of the ann dialect with one function.
  Analysis(mlir::ModuleOp module, const PipelineOptions &options);

  /// What was refused, in the order in which it was met.
  struct Problem {
    mlir::Location location;
    std::string message;
  };
  llvm::ArrayRef<Problem> getProblems() const { return problems; }

  /// A verdict on every operator of the module, by the name of its location.
  std::vector<NodeVerdict> judge() const;
  /// A verdict on every node of the ONNX file that the module was imported from.
  std::vector<NodeVerdict> judge(llvm::ArrayRef<ONNXNode> nodes) const;

private:
  using Names = std::set<std::string>;
  std::vector<std::string> order;       ///< names of locations, as the module has them
  std::map<std::string, Names> before;  ///< operators of each name as imported
  std::map<std::string, Names> after;   ///< and when every one has a spiking form
  std::map<std::string, double> errors; ///< of neurons that follow another function
  Names hosted;                         ///< computed behind the decoder
  std::map<std::string, std::string> refused;
  std::map<std::string, std::string> conditions; ///< under which an operator is exact
  std::vector<Problem> problems;

  void measureErrors(mlir::ModuleOp ported, mlir::ModuleOp spiking);
  NodeVerdict judge(const std::string &name, const std::string &op) const;
};

} // namespace snnc

#endif
