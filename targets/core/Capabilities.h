//===- Capabilities: whether a core can compute a layer, exactly ----------------------------------------===//
#ifndef SNNC_TARGETS_CORE_CAPABILITIES_H
#define SNNC_TARGETS_CORE_CAPABILITIES_H

#include "dialects/core/Core.h"

namespace snnc::core {

/// Emits an error at `layer` when a core of `model` cannot compute it exactly, with the reason; sets the
/// layer's polarities and digits where its events have to be split.
mlir::LogicalResult legalizeLayer(LayerOp layer, ModelAttr model);

/// Bits that a graded event of `layer` needs, sign included.
int64_t getEventBits(LayerOp layer);

} // namespace snnc::core

#endif
