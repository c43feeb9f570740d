//===- Connections: what a box of a layer's neurons hears, and the weights that takes ------------------===//
//
// Walks the synapses of a core.layer backwards from a box of its neurons. What it has come to is always a product of one set of
// indices per dimension: what an index map makes of one (a reshape of a part) is the smallest product that holds it, which may
// name a few sources too many, never one too few.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_CONNECTIONS_H
#define SNNC_TARGETS_CORE_CONNECTIONS_H

#include "dialects/core/Core.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace snnc::core {

/// Neurons of a layer: a box in its shape.
struct Box {
  llvm::SmallVector<int64_t> offsets, sizes;

  int64_t count() const;
};

/// Calls `visit` with the position, row-major in `shape`, of every neuron of `box`.
template <typename Visit>
void forEachNeuron(const Box &box, llvm::ArrayRef<int64_t> shape, Visit visit) {
  llvm::SmallVector<int64_t> index(box.offsets);
  for (int64_t count = box.count(); count > 0; --count) {
    int64_t position = 0;
    for (size_t d = 0; d < shape.size(); ++d)
      position = position * shape[d] + index[d];
    visit(position);
    for (size_t d = shape.size(); d-- > 0 && ++index[d] == box.offsets[d] + box.sizes[d];)
      index[d] = box.offsets[d];
  }
}

/// The whole of a layer.
Box wholeOf(llvm::ArrayRef<int64_t> shape);

struct Connections {
  std::vector<llvm::BitVector> heard; ///< per source: which of its neurons
  int64_t synapses = 0;               ///< pairs of a source and a neuron
  int64_t pairBits = 0;               ///< memory of their weights, one for each pair
  int64_t sharedBits = 0;             ///< memory where positions share the weights
  int64_t weightBits = 0;             ///< of the widest weight
};

/// Finds connections of boxes, and keeps the index maps on the way. For as long as the synapses of its layers stay as they are.
class Connector {
public:
  /// What `box` of `layer` hears.
  Connections connect(LayerOp layer, const Box &box);

  /// Sources of the neuron with most, of a few spread over the layer and the one in the middle.
  int64_t countFanIn(LayerOp layer);

private:
  class Walk;
  llvm::DenseMap<mlir::Operation *, std::vector<std::vector<int64_t>>> maps; ///< sources, by stream

  const std::vector<int64_t> &getSources(snn::IndexMapOpInterface op, size_t index);
};

/// Bits of state that the neurons of a box keep, and of their widest variable.
struct State {
  int64_t bits = 0, widest = 0;
};
State getState(LayerOp layer, const Box &box);

/// What `box` of a product takes of operand number `operand`: of a matrix product whole rows or columns.
Box takenBy(const Box &box, LayerOp product, size_t operand);

/// Bits of a real weight that has not been quantized yet.
inline constexpr int64_t kAssumedWeightBits = 8;

} // namespace snnc::core

#endif
