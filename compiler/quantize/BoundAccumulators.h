//===- BoundAccumulators: the proof that sums fit in 32 bits ------------------------------------------------===//
//
// FX-Q4. From the reach of every spike stream, interval by interval: no sum of an integer network,
// in whatever order it is taken, exceeds the constant part's magnitude plus the sum over its sources
// of |weight| times reach.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_BOUNDACCUMULATORS_H
#define SNNC_COMPILER_QUANTIZE_BOUNDACCUMULATORS_H

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace snnc::quantize {

struct AccumulatorBounds {
  /// The largest magnitude of each element of each stream.
  llvm::DenseMap<mlir::Value, reference::Numbers> magnitudes;
  /// An operation whose sums may leave 32 bits.
  struct Overflow {
    mlir::Operation *op;
    unsigned missing; ///< how many bits they would need more
  };
  std::vector<Overflow> overflows; ///< in program order; none when all fit

  double getLargest(mlir::Value stream) const;
};

/// Bounds of a verified integer network.
AccumulatorBounds boundAccumulators(mlir::func::FuncOp network);

/// Emits an error at each operation of a verified integer network whose sums may leave 32 bits.
mlir::LogicalResult proveSums(mlir::func::FuncOp network);

} // namespace snnc::quantize

#endif
