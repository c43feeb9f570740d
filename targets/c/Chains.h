//===- Chains: moves and scales that follow one another are one map -----------------------------------------===//
//
// A slice, a scale and a pad behind one another need a sum between each two of them, which is cleared, filled
// and read in every time step. In integers their composition is exact: one target and one factor for each
// element of the first stream.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_CHAINS_H
#define SNNC_TARGETS_C_CHAINS_H

#include "runtime/src/Plan.h"

namespace snnc::c {

/// Replaces every chain by one delivery of kind Move, with `weights` where factors are not all 1.
void joinChains(::snn::detail::TypedPlan<int32_t> &plan);

} // namespace snnc::c

#endif
