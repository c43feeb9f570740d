//===- Relays: populations that stand between, where a limit asks for them -----------------------------===//
//
// A relay adds up what it hears and sends the sum on, as a graded event, one step later. Sums are
// integers, so that a network with relays computes the same bits.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_RELAYS_H
#define SNNC_TARGETS_CORE_RELAYS_H

#include "dialects/core/Core.h"

namespace snnc::core {

/// Cuts the synapses of layers whose neurons have more sources than the model's `fan_in` into relays
/// that hear a part each. Emits an error, and fails, where that cannot be done.
mlir::LogicalResult splitFanIn(ProgramOp program);

/// Puts relays where a spike has to wait longer than the model's `max_delay`.
mlir::LogicalResult relayDelays(ProgramOp program);

} // namespace snnc::core

#endif
