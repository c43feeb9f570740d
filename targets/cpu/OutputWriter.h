//===- OutputWriter: the outputs of a program, and what the host makes of them ---------------------------===//
#ifndef SNNC_TARGETS_CPU_OUTPUTWRITER_H
#define SNNC_TARGETS_CPU_OUTPUTWRITER_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "runtime/format/program_generated.h"

namespace snnc::cpu {

/// Writes what a spiking network returns; decoders are numbered as the network has them.
class OutputWriter {
public:
  OutputWriter(mlir::func::FuncOp network, flatbuffers::FlatBufferBuilder &builder)
      : network(network), builder(builder) {}

  /// Emits an error where an output is not decoded, or has a head that the runtime does not have.
  mlir::LogicalResult write();

  const std::vector<flatbuffers::Offset<::snn::format::Output>> &get() const { return outputs; }
  /// Whether there is one, and it is what the decoder gives.
  bool isPlain() const { return plain; }

private:
  mlir::func::FuncOp network;
  flatbuffers::FlatBufferBuilder &builder;
  std::vector<flatbuffers::Offset<::snn::format::Output>> outputs;
  bool plain = true;

  mlir::LogicalResult writeOutput(mlir::Value result, const std::string &name);
};

} // namespace snnc::cpu

#endif
