//===- snnc emit: an integer network as source code ----------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_EMIT_H
#define SNNC_TOOLS_DRIVER_EMIT_H

#include "tools/driver/Compile.h"
#include <cstdint>
#include <string>

namespace snnc {

/// Members without a comment here are rows of compiler/options/Options.td.
struct EmitCOptions {
  /// Its model is a trained network, which is compiled and quantized first, or a program (.snnb).
  CompileOptions compile;
  std::string compileFlag;  ///< one that belongs to compiling, when any is given
  std::string memoryBudget; ///< what --budget says of RAM and flash
#define SNNC_OPTION_EMITC(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
};

/// Returns the exit code.
int emitC(const EmitCOptions &options);

} // namespace snnc

#endif
