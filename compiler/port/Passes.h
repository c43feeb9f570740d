//===- Passes that bring an imported network into portable form ---------------------------------===//
#ifndef SNNC_COMPILER_PORT_PASSES_H
#define SNNC_COMPILER_PORT_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/port/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/port/Passes.h.inc"
} // namespace snnc

#endif
