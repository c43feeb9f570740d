//===- Passes that decide how generated C computes -------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_PASSES_H
#define SNNC_TARGETS_C_PASSES_H

#include "dialects/exec/Exec.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "targets/c/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "targets/c/Passes.h.inc"
} // namespace snnc

#endif
