//===- Synapses: from those of the snn dialect to those of deliveries ------------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_SYNAPSES_H
#define SNNC_COMPILER_SCHEDULE_SYNAPSES_H

#include "dialects/exec/Exec.h"

namespace snnc::exec {

/// What takes one stream of a linear synapse to its current, as `exec.deliver` has it.
struct Connection {
  SynapseAttrInterface synapse = {};
  mlir::ElementsAttr weights = {};
  mlir::SmallVector<mlir::Attribute> map = {};
  mlir::ElementsAttr factors = {};
};

/// Of stream `index` of `op`, an affine synapse in integers; its bias is not in it.
Connection getConnection(mlir::Operation *op, size_t index);

} // namespace snnc::exec

#endif
