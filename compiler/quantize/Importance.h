//===- Importance: how much an error of each element of every stream matters -------------------------------===//
//
// One of the receivers' units: ranges of neurons for an operand that counts in ranges, the largest number that an operand
// of another function took, the largest output. An error of 1 / importance in an element alone moves what some
// receiver sees by one such unit, along the single path that carries most of it. Backwards through the linear
// operations, from the end.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_IMPORTANCE_H
#define SNNC_COMPILER_QUANTIZE_IMPORTANCE_H

#include "compiler/quantize/Magnitudes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::quantize {

/// Without images, estimates are taken to stay within this many units of their population.
inline constexpr double kUsualEstimate = 8;

class Importance {
public:
  /// Of a network in real numbers.
  Importance(mlir::func::FuncOp network, const Magnitudes &magnitudes);
  /// One number for each element; all positive.
  const Numbers &get(mlir::Value stream) const { return all.find(stream)->second; }
  /// The same for those alone who read it by this use.
  const Numbers &get(mlir::OpOperand &use) const { return uses.find(&use)->second; }

private:
  const Magnitudes &magnitudes;
  llvm::DenseMap<mlir::Value, Numbers> all;
  llvm::DenseMap<mlir::OpOperand *, Numbers> uses;

  /// The largest element of a stream on images.
  double getLargest(mlir::Value stream) const;
  void add(mlir::OpOperand &use, Numbers numbers);
  void visit(mlir::Operation *op);
  void visitNeuron(snn::NeuronOp neuron);
  void visitWeights(snn::WeightedOpInterface op, const Numbers &out);
  void visitPool(snn::AveragePoolOp pool, const Numbers &out);
  void visitMove(snn::SynapseOpInterface synapse, const Numbers &out);
};

} // namespace snnc::quantize

#endif
