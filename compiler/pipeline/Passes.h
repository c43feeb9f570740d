//===- Passes of the pipeline itself ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PIPELINE_PASSES_H
#define SNNC_COMPILER_PIPELINE_PASSES_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/pipeline/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/pipeline/Passes.h.inc"
} // namespace snnc

#endif
