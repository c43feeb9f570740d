//===- Heads: what the host computes behind the decoders of a spiking network ---------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_HEADS_H
#define SNNC_COMPILER_REFERENCE_HEADS_H

#include "compiler/reference/Synapses.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace snnc::reference {

/// What `network` returns, one output after another, where `getDecoded` gives what decoders hold.
Numbers applyHeads(mlir::func::FuncOp network,
                   llvm::function_ref<Numbers(snn::DecodeOp)> getDecoded);

} // namespace snnc::reference

#endif
