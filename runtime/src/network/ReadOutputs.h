//===- The outputs of a program file ---------------------------------------------------------------------------===//
#ifndef SNN_SRC_NETWORK_READOUTPUTS_H
#define SNN_SRC_NETWORK_READOUTPUTS_H

#include "runtime/format/program_generated.h"
#include "runtime/src/network/Network.h"

namespace snn::detail {

/// Reads and checks what `file` says of its outputs, after the operations of `network`. What is wrong, or an empty
/// string.
std::string readOutputs(const format::Program &file, Network &network);

} // namespace snn::detail

#endif
