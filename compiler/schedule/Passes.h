//===- Passes that decide how an integer network runs on a processor ------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_PASSES_H
#define SNNC_COMPILER_SCHEDULE_PASSES_H

#include "dialects/exec/Exec.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/schedule/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

#endif
