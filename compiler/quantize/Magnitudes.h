//===- Magnitudes: how large every element of every stream gets on images -----------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_MAGNITUDES_H
#define SNNC_COMPILER_QUANTIZE_MAGNITUDES_H

#include "compiler/reference/Synapses.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"

namespace snnc::quantize {

using reference::Numbers;

/// Of a network or of a clone of it; nothing is known without images.
class Magnitudes {
public:
  void insert(mlir::Value stream, const Numbers &largest) { all[stream] = &largest; }
  bool isKnown() const { return !all.empty(); }
  /// The same of a clone.
  Magnitudes map(const mlir::IRMapping &mapping) const;
  /// Null when nothing is known. A stream that was made on the way to integers is as large as that which it was
  /// made of.
  const Numbers *find(mlir::Value stream) const;

private:
  llvm::DenseMap<mlir::Value, const Numbers *> all;
};

} // namespace snnc::quantize

#endif
