//===- Moves: synapses that only move elements ------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_MOVES_H
#define SNNC_COMPILER_CONVERT_MOVES_H

#include "dialects/snn/SNN.h"
#include <optional>
#include <vector>

namespace snnc {

/// Whether `op` moves elements and does nothing else: reshape, transpose, pad, slice, gather.
bool isMove(mlir::Operation *op);

/// Where each element of an operation's result comes from: the index into its stream, or -1. Only
/// for operations that move elements.
std::optional<std::vector<int64_t>> getSources(mlir::Operation *op);

} // namespace snnc

#endif
