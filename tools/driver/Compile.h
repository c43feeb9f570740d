//===- Compile: `snnc compile`, from a model file to an event program -------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_COMPILE_H
#define SNNC_TOOLS_DRIVER_COMPILE_H

#include "compiler/pipeline/Pipeline.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace snnc {

/// Members without a comment here are rows of compiler/options/Options.td.
struct CompileOptions {
#define SNNC_OPTION_NETWORK(type, member, initial, ...) type member = initial;
#define SNNC_OPTION_REPORT(type, member, initial, ...) type member = initial;
#define SNNC_OPTION_COMPILE(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
  PipelineOptions pipeline;
  bool quiet = false; ///< nothing on standard output
};

/// The network in `options.model` after every phase, written nowhere but as --emit-ir asks. Null after it has
/// printed what is wrong.
mlir::OwningOpRef<mlir::ModuleOp> compileNetwork(const CompileOptions &options,
                                                 mlir::MLIRContext &context);

/// A network after every phase, its program as the bytes of a .snnb file, and what --json of compile says of it.
struct CompiledNetwork {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::vector<uint8_t> program;
  nlohmann::ordered_json report;
};

/// The network in `options.model`; prints what quantization did to it, and leaves --json to the caller. Nothing after it has printed what is wrong.
std::optional<CompiledNetwork> compileProgram(const CompileOptions &options,
                                              mlir::MLIRContext &context);

/// Returns the exit code.
int compile(const CompileOptions &options);

} // namespace snnc

#endif
