//===- From the snn dialect to a program for a mesh of cores -----------------------------------------===//
#ifndef SNNC_TARGETS_CORE_PASSES_H
#define SNNC_TARGETS_CORE_PASSES_H

#include "dialects/core/Core.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "targets/core/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "targets/core/Passes.h.inc"
} // namespace snnc

#endif
