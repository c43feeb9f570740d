//===- SpikingEvaluator: what a network of the snn dialect computes, step by step ---------------------------===//
//
// The executable form of docs/spec/snn.md: dense, slow, in float64, one sample at a time, and meant to
// be read beside that page. Back ends are tested against it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_SPIKINGEVALUATOR_H
#define SNNC_COMPILER_REFERENCE_SPIKINGEVALUATOR_H

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace snnc::reference {

class SpikingEvaluator {
public:
  /// Emits an error at an operation that is not of the snn dialect, and fails.
  static mlir::FailureOr<SpikingEvaluator> create(mlir::func::FuncOp network);

  /// Begins a sample: its numbers in row-major order, before normalization.
  void start(llvm::ArrayRef<double> input);
  /// Gives the running network a new input (docs/spec/snn.md, "Updates"): the next step is the first one again, states
  /// live on. What changed by no more than `threshold`, before normalization, is not sent. Emits an error at an
  /// operation that cannot follow, and fails; the state stays as it is.
  mlir::LogicalResult update(llvm::ArrayRef<double> input, double threshold = 0);
  /// Runs one time step.
  void step();
  /// What the decoders hold after the last step, one after another, before any head.
  Numbers decoded() const;
  /// What the network returns after the last step, heads included, one output after another.
  Numbers output() const;
  /// What `stream` carried in the last step.
  const Numbers &delivered(mlir::Value stream) const { return streams.find(stream)->second; }
  /// How near any neuron's error came to the place where its event changes, in the last step and in
  /// the neuron's units: near 0, rounding decides.
  double nearestTie() const { return tie; }

private:
  explicit SpikingEvaluator(mlir::func::FuncOp network) : network(network) {}

  mlir::func::FuncOp network;
  int64_t time = 0;
  double tie = 0;
  bool isUpdate = false;
  Numbers input;
  Numbers thresholds; ///< of an update, one for each element of the normalized input
  llvm::DenseMap<mlir::Value, Numbers> streams; ///< of the step that runs
  llvm::DenseMap<mlir::Value, Numbers> initial; ///< A(0) of every current
  llvm::DenseMap<mlir::Operation *, Numbers>
      outputs; ///< y of neurons, e of the encoder, of decoders
  llvm::DenseMap<mlir::OpOperand *, Numbers> charges; ///< x of neurons and of bilinear synapses

  void normalize(snn::EncodeOp op);
  void reset(mlir::Operation *op);
  void step(mlir::Operation *op);
  void multiply(snn::SynapseOpInterface op);
  void encode(snn::EncodeOp op);
  void fire(snn::NeuronOp op);
  void integrate(snn::IfOp op);
  void decode(snn::DecodeOp op);
};

} // namespace snnc::reference

#endif
