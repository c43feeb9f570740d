//===- What a network's activations look like on real data ------------------------------------------===//
#ifndef SNNC_COMPILER_CALIBRATE_PASSES_H
#define SNNC_COMPILER_CALIBRATE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/calibrate/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/calibrate/Passes.h.inc"
} // namespace snnc

#endif
