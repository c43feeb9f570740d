//===- NetworkWriter: NAME.h and NAME.c -------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_NETWORKWRITER_H
#define SNNC_TARGETS_C_NETWORKWRITER_H

#include "targets/c/Network.h"

namespace snnc::c {

/// What goes in and comes out, in which units, and where the state's parts lie.
std::string writeHeader(const Network &network);

/// What a network's file defines before it includes the kernels.
inline constexpr const char *kInlineKernels = "#define SNN_INLINE_KERNELS\n";

/// Tables, then the layers in the order in which they run.
std::string writeSource(const Network &network);

} // namespace snnc::c

#endif
