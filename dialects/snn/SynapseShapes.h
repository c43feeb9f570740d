//===- SynapseShapes: what the files of synapses share ----------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SYNAPSESHAPES_H
#define SNNC_DIALECTS_SNN_SYNAPSESHAPES_H

#include "dialects/snn/SNN.h"

namespace snnc::snn::detail {

/// The current of a synapse that reads `stream`: of its meaning and its kind of numbers. Always succeeds, as the last thing
/// that the inference of a type does.
mlir::LogicalResult give(mlir::Value stream, llvm::ArrayRef<int64_t> shape,
                         llvm::SmallVectorImpl<mlir::Type> &types);

} // namespace snnc::snn::detail

#endif
