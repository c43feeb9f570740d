//===- Boxes: which neurons of a layer a population holds -----------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_BOXES_H
#define SNNC_TARGETS_CORE_SIMULATOR_BOXES_H

#include "targets/core/simulator/Program.h"

namespace snnc::core {

/// Shape of what operand number `operand` of `layer` estimates.
const Shape &shapeOf(const Layer &layer, size_t operand);

/// The part of an operand that the neurons of `box` take: of a product of matrices whole rows or columns.
Population takenBy(const Population &box, const Layer &layer, size_t operand);

/// Positions, row-major in an array of `shape`, of the elements of `box`, in its own order.
std::vector<uint32_t> listNeurons(const Population &box, const Shape &shape);

} // namespace snnc::core

#endif
