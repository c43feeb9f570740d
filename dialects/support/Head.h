//===- Head: what may stand behind the decoder ----------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SUPPORT_HEAD_H
#define SNNC_DIALECTS_SUPPORT_HEAD_H

#include "mlir/IR/OpDefinition.h"

namespace snnc {

/// Operations of one tensor that the host can compute of decoded numbers: functions that end a network, such as
/// softmax, and moves of elements among them.
template <typename ConcreteOp>
class Head : public mlir::OpTrait::TraitBase<ConcreteOp, Head> {};

/// Those that only move elements, and as synapses cost nothing.
template <typename ConcreteOp>
class Move : public mlir::OpTrait::TraitBase<ConcreteOp, Move> {};

} // namespace snnc

#endif
