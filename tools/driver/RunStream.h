//===- RunStream: `snnc run --stream`, a program on frames that follow each other ---------------------------===//
#ifndef SNNC_TOOLS_DRIVER_RUNSTREAM_H
#define SNNC_TOOLS_DRIVER_RUNSTREAM_H

#include "tools/driver/Run.h"

namespace snnc {

/// Returns the exit code.
int runStream(const RunOptions &options);

} // namespace snnc

#endif
