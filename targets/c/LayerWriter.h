//===- LayerWriter: what each layer does, as C statements ----------------------------------------------------===//
#ifndef SNNC_TARGETS_C_LAYERWRITER_H
#define SNNC_TARGETS_C_LAYERWRITER_H

#include "targets/c/Network.h"

namespace snnc::c {

/// Every function returns whole lines, which use `state`, the time `t` and the number `step`.
class LayerWriter {
public:
  explicit LayerWriter(const Network &network) : network(network) {}

  /// The layer's operations by their names in the model, its function and shape.
  std::string describe(exec::LayerOp layer) const;
  /// The input, before the first step.
  std::string writeInit() const;
  std::string writeRead(const std::string &values) const;
  /// Sums that last, outputs and operands of a layer, before the first step.
  std::string writeStarts(exec::LayerOp layer) const;
  /// Step by step: the trains there are, before the first step.
  std::string writeTrainStarts() const;
  /// Layer by layer: all that a layer starts with.
  std::string writeLayerStart(exec::LayerOp layer) const;
  /// What the steps of a layer use: its operands, and the trains it reads and writes.
  std::string writeVariables(exec::LayerOp layer) const;
  /// A product of two streams, or a requantize.
  std::string writeProduct(mlir::Operation *task) const;
  /// For tests: whose events come next.
  std::string writeTrace(mlir::Operation *task, const std::string &time) const;
  /// One time step.
  std::string writeStep(exec::LayerOp layer) const;
  /// The output.
  std::string writeDecode() const;

private:
  const Network &network;

  std::string writeClears(exec::LayerOp layer) const;
  std::string writeTask(exec::TaskOpInterface task) const;
  std::string writeDeliver(exec::DeliverOp deliver) const;
  std::string writeDeliverEvents(exec::DeliverOp deliver) const;
  std::string writeBackground(exec::BackgroundOp background) const;
  std::string writeStart(exec::FireOp fire) const;
  std::string writeOperands(exec::FireOp fire) const;
  std::string writeFire(exec::FireOp fire) const;
  std::string writeEncode(exec::EncodeOp encode) const;
  std::string writeTrain(mlir::Value stream) const;
};

} // namespace snnc::c

#endif
