//===- Evaluator: what a network of the ann dialect computes -----------------------------------===//
//
// The executable semantics of the ann dialect, written to be read. It is the oracle of calibration
// and of tests; nothing here is tuned beyond loops that a compiler can vectorize.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_EVALUATOR_H
#define SNNC_COMPILER_REFERENCE_EVALUATOR_H

#include "compiler/reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Support/LLVM.h"
#include "snn/Result.h"

namespace snnc::reference {

/// Called with every value of the function, in program order, as soon as it is known.
using Observer = llvm::function_ref<void(mlir::Value, const Tensor &)>;

/// A function of ann operations, ready to be evaluated many times: constants are read once. Const
/// member functions may be called from several threads.
class Evaluator {
public:
  /// Prepares `function` (one block, ann operations only). Emits an error at the operation that
  /// cannot be evaluated and fails.
  static mlir::FailureOr<Evaluator> create(mlir::func::FuncOp function);

  /// The results for `inputs` (one per argument; the batch size is free where the argument's is
  /// dynamic). An error where a shape does not fit.
  ::snn::Result<std::vector<Tensor>> run(mlir::ArrayRef<Tensor> inputs,
                                         Observer observe = {}) const;

private:
  mlir::func::FuncOp function;
  llvm::DenseMap<mlir::Value, std::shared_ptr<const Tensor>> constants;
};

/// What one operation gives for its operands.
Tensor evaluate(mlir::Operation *op, const std::vector<const Tensor *> &operands);

/// Multiply-accumulate operations of one operation for one sample: what an ANN accelerator would
/// do. 0 for operators that have none.
int64_t countMACs(mlir::Operation *op);

} // namespace snnc::reference

#endif
