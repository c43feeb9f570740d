//===- Check: `snnc check`, what becomes of each node of a model ---------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_CHECK_H
#define SNNC_TOOLS_DRIVER_CHECK_H

#include "tools/driver/Compile.h"

namespace snnc {

struct CheckOptions {
  CompileOptions compile; ///< what it would be compiled with
#define SNNC_OPTION_CHECK(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
};

/// Prints a table of all nodes. Returns the exit code: 1 when one is not supported or the model cannot
/// be read.
int check(const CheckOptions &options);

} // namespace snnc

#endif
