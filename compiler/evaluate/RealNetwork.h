//===- RealNetwork: the network before it was converted, on the images that a program is measured with --------===//
//
// It shares nothing with what the passes made of it: the reference evaluator computes the network as it was imported.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_EVALUATE_REALNETWORK_H
#define SNNC_COMPILER_EVALUATE_REALNETWORK_H

#include "compiler/data/Dataset.h"
#include "compiler/reference/Evaluator.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace snnc {

class RealNetwork {
public:
  /// Keeps a copy of the one function of `module`. Emits an error where it cannot be evaluated.
  static mlir::FailureOr<RealNetwork> create(mlir::ModuleOp module);

  mlir::func::FuncOp getFunction() const { return function; }
  /// Multiply-accumulates of a sample.
  int64_t countMACs() const;

  /// All results for sample `index`, one after another, as numbers of a program's outputs.
  data::Result<std::vector<float>> run(const data::Dataset &dataset, int64_t index,
                                       reference::Observer observe = {}) const;

private:
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  std::optional<reference::Evaluator> evaluator;
  std::vector<int64_t> shape; ///< of the input, with a batch of one
  data::Normalization normalization;
};

} // namespace snnc

#endif
