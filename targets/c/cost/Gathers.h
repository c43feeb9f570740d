//===- Gathers: what it takes to gather a pixel's inputs -----------------------------------------------------===//
#ifndef SNNC_TARGETS_C_COST_GATHERS_H
#define SNNC_TARGETS_C_COST_GATHERS_H

#include "targets/c/cost/Traffic.h"
#include "targets/c/processor/Processor.h"

namespace snnc::c {

/// Adds what a delivery by one of the kernels that gather does for an image.
void countGather(exec::DeliverOp deliver, const Traffic &traffic, Counts &counts);

} // namespace snnc::c

#endif
