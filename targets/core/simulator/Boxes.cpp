#include "targets/core/simulator/Boxes.h"

namespace snnc::core {

const Shape &shapeOf(const Layer &layer, size_t operand) {
  return layer.kind == LayerKind::Product ? layer.operands[operand].shape : layer.shape;
}

Population takenBy(const Population &box, const Layer &layer, size_t operand) {
  Population taken = box;
  if (layer.kind != LayerKind::Product || !layer.matrix)
    return taken;
  size_t whole = box.sizes.size() - (operand == 0 ? 1 : 2);
  taken.offsets[whole] = 0;
  taken.sizes[whole] = layer.operands[operand].shape[whole];
  return taken;
}

std::vector<uint32_t> listNeurons(const Population &box, const Shape &shape) {
  std::vector<uint32_t> neurons, index(box.offsets);
  for (uint64_t count = countElements(box.sizes); count > 0; --count) {
    uint32_t position = 0;
    for (size_t d = 0; d < index.size(); ++d)
      position = position * shape[d] + index[d];
    neurons.push_back(position);
    for (size_t d = index.size(); d-- > 0 && ++index[d] == box.offsets[d] + box.sizes[d];)
      index[d] = box.offsets[d];
  }
  return neurons;
}

} // namespace snnc::core
