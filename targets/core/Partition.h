//===- Partition: boxes of neurons that keep every limit of a core --------------------------------------===//
#ifndef SNNC_TARGETS_CORE_PARTITION_H
#define SNNC_TARGETS_CORE_PARTITION_H

#include "targets/core/Connections.h"

namespace snnc::core {

/// What a population, or all of a core together, takes of what a model limits.
struct Load {
  int64_t neurons = 0, populations = 0, synapseBits = 0, neuronBits = 0;
  int64_t inAxons = 0, outAxons = 0, fanIn = 0, fanOut = 0, destinations = 0;
  int64_t synapses = 0; ///< not limited; for reports

  /// With another population on the same core: an upper bound, as they may share axons.
  Load operator+(const Load &other) const;
};

/// A limit that is exceeded.
struct Excess {
  llvm::StringRef limit;
  int64_t found = 0, max = 0;
};
std::optional<Excess> findExcess(const Load &load, ModelAttr model);
mlir::DictionaryAttr toAttr(const Load &load, mlir::MLIRContext *context);

/// A box of a layer and what it hears.
struct Slice {
  LayerOp layer;
  Box box;
  Load load;
  std::vector<llvm::BitVector> heard;
};

/// Cuts layers one by one, receivers before senders, so that the cores a neuron sends to are known.
class Partitioner {
public:
  explicit Partitioner(ProgramOp program);

  /// All slices in the order of layers; emits an error where none fits.
  mlir::FailureOr<std::vector<Slice>> run();

  /// Axons that `heard` of `source` takes.
  int64_t countAxons(LayerOp source, const llvm::BitVector &heard) const;

private:
  ProgramOp program;
  ModelAttr model;
  mutable Connector connector;
  llvm::DenseMap<mlir::Operation *, std::vector<uint32_t>> listeners; ///< per neuron: slices
  llvm::DenseMap<mlir::Operation *, int64_t> fanIn, fanOut;           ///< of a neuron, at most

  LayerOp getSource(LayerOp layer, size_t index) const;
  Slice measure(LayerOp layer, const Box &box) const;
  std::optional<std::vector<Slice>> tryCut(LayerOp layer, llvm::ArrayRef<int64_t> sizes) const;
  mlir::FailureOr<std::vector<Slice>> cut(LayerOp layer) const;
  mlir::LogicalResult explain(LayerOp layer) const;
};

} // namespace snnc::core

#endif
