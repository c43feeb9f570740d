//===- FixedEvaluator: what an integer network computes, step by step --------------------------------------===//
//
// The executable form of docs/spec/fixed-point.md: dense and slow, one sample at a time, meant to be read
// beside that page. Integers of streams are kept as doubles (they fit exactly), so that synapses are those
// of the real network; every rounding and comparison is that of snn/fixed.h.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_FIXEDEVALUATOR_H
#define SNNC_COMPILER_REFERENCE_FIXEDEVALUATOR_H

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseMap.h"

namespace snnc::reference {

class FixedEvaluator {
public:
  /// Emits an error at an operation that is not of an integer network, and fails.
  static mlir::FailureOr<FixedEvaluator> create(mlir::func::FuncOp network);

  /// The integer that the border gives for an input value: a byte for value * 255, or 16 bits.
  static int32_t readRaw(snn::FixedInputAttr input, double value);

  /// Begins a sample: raw numbers in row-major order.
  void start(llvm::ArrayRef<int32_t> raw);
  /// Gives the running network a new input (docs/spec/fixed-point.md, "Updates"): the next step is the first one again,
  /// states live on. `thresholds`, one for each channel, are in units of the normalized input: what changed by no more
  /// is not sent. Emits an error at an operation that cannot follow, and fails; the state stays as it is.
  mlir::LogicalResult update(llvm::ArrayRef<int32_t> raw, llvm::ArrayRef<int32_t> thresholds);
  /// Runs one time step.
  void step();
  /// What the decoders give after the last step, one after another, before any head.
  std::vector<int32_t> output() const;
  /// What `stream` carried in the last step.
  const Numbers &delivered(mlir::Value stream) const { return streams.find(stream)->second; }

private:
  explicit FixedEvaluator(mlir::func::FuncOp network) : network(network) {}

  mlir::func::FuncOp network;
  int64_t time = 0;
  bool isUpdate = false;
  std::vector<int16_t> input;
  std::vector<int32_t> thresholds;              ///< of an update, by channel
  llvm::DenseMap<mlir::Value, Numbers> streams; ///< of the step that runs
  llvm::DenseMap<mlir::Value, Numbers> initial; ///< A(0) of every current
  llvm::DenseMap<mlir::Operation *, Numbers>
      outputs; ///< y of neurons, e of the encoder, X of decoders
  llvm::DenseMap<mlir::OpOperand *, Numbers> sums;          ///< X of neurons, requantize, products
  llvm::DenseMap<mlir::OpOperand *, Numbers> estimates;     ///< v of neurons and requantize
  llvm::DenseMap<mlir::OpOperand *, Numbers> multipliersOf; ///< m, one for each neuron

  void read(llvm::ArrayRef<int32_t> raw);
  void reset(mlir::Operation *op);
  void resetSynapse(snn::SynapseOpInterface op);
  void deliver(snn::SynapseOpInterface op);
  Numbers requantize(snn::RequantizeOp op) const;
  void step(mlir::Operation *op);
  void encode(snn::EncodeOp op);
  void charge(snn::NeuronOp op);
  void fire(snn::NeuronOp op);
};

} // namespace snnc::reference

#endif
