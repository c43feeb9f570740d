//===- Map: `snnc map`, a network on the cores of neuromorphic chips ----------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_MAP_H
#define SNNC_TOOLS_DRIVER_MAP_H

#include "tools/driver/Compile.h"

namespace snnc {

/// Members without a comment here are rows of compiler/options/Options.td.
struct MapOptions {
  CompileOptions compile; ///< the network; it is always quantized
#define SNNC_OPTION_MAP(type, member, initial, ...) type member = initial;
#include "compiler/options/Options.inc"
};

/// Returns the exit code: 0 when the network runs on at least one of the models.
int map(const MapOptions &options);

} // namespace snnc

#endif
