//===- Costs: the constants of snn/Costs.h, measured --------------------------------------------------------===//
#ifndef SNN_TEST_BENCH_COSTS_H
#define SNN_TEST_BENCH_COSTS_H

#include "snn/Costs.h"

namespace snn::bench {

/// On the three shapes of ResNet-20's convolutions: the mean of what an operation takes in the fastest of many
/// runs; events at a density of 25 %, those of integers ternary at 50 %. `cacheBytes` is not measured, and `pair` only
/// where there are pairs.
Costs measureCosts();

} // namespace snn::bench

#endif
