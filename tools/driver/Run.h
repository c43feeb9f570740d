//===- Run: `snnc run`, a program on a set of images -------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_RUN_H
#define SNNC_TOOLS_DRIVER_RUN_H

#include <cstdint>
#include <string>
#include <vector>

namespace snnc {

/// Rows of compiler/options/Options.td.
struct RunOptions {
#define SNNC_OPTION_RUN(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
};

/// The most memory that this process has had, in bytes.
uint64_t getPeakMemory();

/// Returns the exit code.
int run(const RunOptions &options);

} // namespace snnc

#endif
