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
  /// The first operation whose sums may leave 32 bits; null when all fit.
  mlir::Operation *overflow = nullptr;
  unsigned missing = 0; ///< how many bits they would need more

  double getLargest(mlir::Value stream) const;
};

/// Bounds of a verified integer network.
AccumulatorBounds boundAccumulators(mlir::func::FuncOp network);

} // namespace snnc::quantize

#endif
