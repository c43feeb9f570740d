//===- NetworkRunner: the one place where candidates go into IR, and are run ----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_NETWORKRUNNER_H
#define SNNC_COMPILER_TUNE_NETWORKRUNNER_H

#include "compiler/tune/Bench.h"
#include "compiler/tune/Evaluator.h"
#include "dialects/snn/SNN.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc::tune {

/// Moves the scales of a network into its weights (`--snn-fold-scales`).
using FoldScales = std::function<mlir::LogicalResult(mlir::func::FuncOp)>;

class NetworkRunner final : public CandidateRunner {
public:
  /// `network` is worked on: it has the candidate that was run last, until `finish` says which one stays.
  NetworkRunner(mlir::func::FuncOp network, const Bench &bench, FoldScales fold)
      : network(network), bench(bench), fold(std::move(fold)) {}

  int64_t size() const override { return bench.size(); }
  data::Result<Measurement> measure(const Candidate &candidate, Images images) override;
  data::Result<std::vector<Recording>> record(const Candidate &candidate, uint32_t steps) override;
  data::Status settle(const Balance &wanted) override;

  /// Gives the network `candidate`, of the units that were settled. Its scales are left around neurons, and go into
  /// weights with `fold`; its first steps are powers of two again.
  mlir::LogicalResult finish(const Candidate &candidate);

private:
  mlir::func::FuncOp network;
  const Bench &bench;
  FoldScales fold;
  Balance units{0, 1}; ///< that `network` has

  /// What has the candidate: `network`, or, with other units, a copy.
  mlir::func::FuncOp put(const Candidate &candidate, mlir::OwningOpRef<mlir::func::FuncOp> &copy);
};

} // namespace snnc::tune

#endif
