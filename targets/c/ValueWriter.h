//===- ValueWriter: what each layer does by values, as C statements ------------------------------------------===//
#ifndef SNNC_TARGETS_C_VALUEWRITER_H
#define SNNC_TARGETS_C_VALUEWRITER_H

#include "targets/c/Network.h"
#include <functional>

namespace snnc::c {

/// Of the order of values: each layer once, without steps. Where all that a population gets is gathered, pixel by pixel.
class ValueWriter {
public:
  explicit ValueWriter(const Network &network) : network(network) {}

  /// Whether a layer reads the raw input where it is: its function then has the parameter `input`.
  bool readsInput(exec::LayerOp layer) const;
  /// The body of a layer's function, which has the parameter `state`; empty where nothing is to be done.
  std::string writeLayer(exec::LayerOp layer) const;

private:
  const Network &network;

  std::string writeAll(mlir::Operation *task) const;
  std::string writeProduct(exec::MultiplyOp product, const std::string &sums,
                           const std::string &pixel) const;
  std::string writeGather(mlir::Operation *task, const std::string &sums,
                          const std::string &pixel) const;
  std::string writeStarts(exec::LayerOp layer) const;
  std::string writeForm(exec::DecodeOp decode, const std::string &first, const std::string &count,
                        const std::string &to) const;
  std::string writeColumns(exec::DecodeOp decode, uint64_t offset) const;
  std::string writeOutput(exec::DecodeOp decode) const;
  std::string writeOperands(exec::FireOp fire) const;
  std::string writePixels(mlir::Value sums, const std::string &start,
                          const std::function<std::string(const std::string &)> &writeRest) const;
  std::string writePass(exec::PassOp pass) const;
  std::string writeEnd(exec::FireOp fire, const std::string &first, uint64_t count) const;
  std::string writeRequantize(exec::RequantizeOp op) const;
  std::string writeFire(exec::FireOp fire) const;
  std::string writeTask(mlir::Operation *task) const;
  /// The type of memory, and where it is: two arguments.
  std::string describe(mlir::Value memory) const;
  std::string getValues(mlir::Value stream) const;
};

} // namespace snnc::c

#endif
