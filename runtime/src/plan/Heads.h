//===- Heads: what the host computes of decoded numbers -------------------------------------------------------===//
//
// A softmax (or another function) that ends a network would cost neurons and time steps as spikes and lose
// accuracy; of decoded numbers it is exact. In double precision, whatever the network computes in.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNN_SRC_PLAN_HEADS_H
#define SNN_SRC_PLAN_HEADS_H

#include "runtime/src/plan/Plan.h"

namespace snn::detail {

/// The last function of a head that is not a movement, if it has one.
std::optional<HeadFunction> getFunction(const std::vector<HeadStep> &head);

/// Whether outputs are something else than all decoded numbers in order.
bool hasHeads(const Plan &plan);
uint64_t getOutputSize(const Plan &plan);

/// All outputs, one after another, of what the decoders give.
void applyHeads(const Plan &plan, const double *decoded, double *output);

} // namespace snn::detail

#endif
