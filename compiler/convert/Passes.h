//===- From a trained network to a spiking one ------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_PASSES_H
#define SNNC_COMPILER_CONVERT_PASSES_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace snnc {
#define GEN_PASS_DECL
#include "compiler/convert/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/convert/Passes.h.inc"
} // namespace snnc

#endif
