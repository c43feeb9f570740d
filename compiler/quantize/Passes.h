//===- From real numbers to integers ------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_PASSES_H
#define SNNC_COMPILER_QUANTIZE_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/quantize/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/quantize/Passes.h.inc"
} // namespace snnc

#endif
