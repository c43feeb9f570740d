//===- ProgramReader: from an event program (.snnb) back to the snn dialect --------------------------------===//
//
// The inverse of ProgramWriter: every operation of the format has its counterpart in the dialect. What a program tells of
// how it was measured (references, metrics, costs) is not in the network.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CPU_PROGRAMREADER_H
#define SNNC_TARGETS_CPU_PROGRAMREADER_H

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include <cstddef>
#include <span>

namespace snnc::cpu {

/// A module with the network of the program in `bytes`, as one function `main`; written again it gives the same program.
/// The bytes must be those of a program that was loaded (snn/Program.h): they are not checked again. Dialects are loaded
/// where they are not yet.
mlir::OwningOpRef<mlir::ModuleOp> readProgram(mlir::MLIRContext &context,
                                              std::span<const std::byte> bytes);

} // namespace snnc::cpu

#endif
