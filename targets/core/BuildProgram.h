//===- BuildProgram: from a partitioned core.program to what the simulator and the emitters take ---------===//
//
// Decides nothing: layers, boxes, places and axons are taken over as the passes made them. Only networks
// in integers (--snn-quantize) have such a form.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_BUILDPROGRAM_H
#define SNNC_TARGETS_CORE_BUILDPROGRAM_H

#include "dialects/core/Core.h"
#include "targets/core/simulator/Program.h"

namespace snnc::core {

/// The program; what operations cost is taken from `model`. Emits an error at a layer that has no integer
/// form.
mlir::FailureOr<Program> buildProgram(ProgramOp program, const CoreModel &model);

} // namespace snnc::core

#endif
