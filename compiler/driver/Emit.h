//===- snnc emit: an integer network as source code ----------------------------------------------------------===//
#ifndef SNNC_COMPILER_DRIVER_EMIT_H
#define SNNC_COMPILER_DRIVER_EMIT_H

#include "compiler/driver/Compile.h"
#include <cstdint>
#include <string>

namespace snnc {

struct EmitCOptions {
  /// Its model is a trained network, which is compiled and quantized first, or a program (.snnb).
  CompileOptions compile;
  std::string compileFlag;        ///< one that belongs to compiling, when any is given
  std::string output;             ///< folder; made when it is not there
  std::string name;               ///< prefix of what is generated; empty: the model's name
  std::string order = "auto";     ///< auto | steps | layers
  std::string kernels = "shared"; ///< shared | inline
  std::string data;               ///< images for the example project's self-test; empty: none
  uint64_t limit = 4;             ///< how many of them
};

/// Returns the exit code.
int emitC(const EmitCOptions &options);

} // namespace snnc

#endif
