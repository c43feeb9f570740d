//===- RunStream: `snnc run --stream`, a program on frames that follow each other ---------------------------===//
#ifndef SNNC_COMPILER_DRIVER_RUNSTREAM_H
#define SNNC_COMPILER_DRIVER_RUNSTREAM_H

#include "compiler/driver/Run.h"

namespace snnc {

/// Returns the exit code.
int runStream(const RunOptions &options);

} // namespace snnc

#endif
