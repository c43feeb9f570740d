//===- UpdateWriter: the layers of a program that takes updates, as C functions ------------------------------===//
//
// Each layer is a function that runs it through all time steps, of a sample or of an update; kernels/snn_updates.h has what
// they call. What a layer hears before its first step is delivered in that step, added up.
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_UPDATEWRITER_H
#define SNNC_TARGETS_C_UPDATEWRITER_H

#include "targets/c/LayerWriter.h"

namespace snnc::c {

class UpdateWriter {
public:
  explicit UpdateWriter(const Network &network);

  /// Everything behind the tables: a function for each layer, the first sample, and an update.
  std::string write() const;

  /// Tables of a program with updates: dead zones, what synapses reach, thresholds of the input.
  static std::string writeTables(const Network &network);

private:
  const Network &network;
  LayerWriter layers;
  mlir::DenseMap<mlir::Operation *, int64_t> firstSteps; ///< by layer

  int64_t getFirstStep(exec::LayerOp layer) const {
    return firstSteps.lookup(layer.getOperation());
  }
  std::string writeInput() const;
  std::string writeLayer(exec::LayerOp layer) const;
  std::string writeVariables(exec::LayerOp layer) const;
  std::string writeIsReached(exec::LayerOp layer) const;
  std::string writeSteps(exec::LayerOp layer, exec::TaskOpInterface last) const;
  std::string writeTask(exec::TaskOpInterface task) const;
  std::string writeDeliver(exec::DeliverOp deliver) const;
  std::string writeProduct(mlir::Operation *task) const;
  std::string writeFire(exec::FireOp fire) const;
  std::string writeStart() const;
  /// Marks of what is added to `sums`, or NULL where nobody asks.
  std::string getTouched(mlir::Value sums) const;
};

} // namespace snnc::c

#endif
