//===- CheckOperation: whether an operation that was read fits the ones before it -------------------------------===//
#ifndef SNN_SRC_NETWORK_CHECKOPERATION_H
#define SNN_SRC_NETWORK_CHECKOPERATION_H

#include "runtime/src/network/Network.h"

namespace snn::detail {

/// What is wrong with `op`, the next operation of `network`, of whose streams some are `defined` so far; empty: nothing.
std::string checkOperation(const Network &network, const std::vector<bool> &defined,
                           const Operation &op);

} // namespace snn::detail

#endif
