//===- Costs: what the engine expects its work to take ----------------------------------------------------===//
//
// Events go through a convolution by events, tables or dense product, and time steps through the network
// layer by layer or step by step, whichever is expected to be quickest. The expectation is a sum of these
// constants, measured once (test/bench/KernelBench --costs) and stored in the program: whoever runs it, and
// whatever a later version measures, takes the same ways.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNN_COSTS_H
#define SNN_COSTS_H

namespace snn {

/// In picoseconds of one thread.
struct Costs {
  double event;      ///< of adding a weight for an event
  double shortEvent; ///< the same of integers of 8 bits, in sums of 16, where events are bits
  double table;      ///< of what a table of sums does for four weights
  double shortTable; ///< the same in 16 bits
  double dense;      ///< of a multiply-accumulate of a dense product
  double pair;       ///< the same of integers of 16 bits
  double load;       ///< of a byte that is not in the cache
  double cacheBytes; ///< bytes that stay in the cache of a core from one step to the next
};

/// On the machine of docs/results/speed.md: what the compiler writes into programs.
inline constexpr Costs kMeasuredCosts{72, 16, 23, 11, 28, 14, 12, 1 << 20};

/// Of programs that say nothing: an event costs 3/2 of four weights in a table, as before programs said it. In real numbers
/// tables round otherwise than events, so that this is a part of what such a program computes.
inline constexpr Costs kFormerCosts{49.5, 49.5, 33, 16, 28, 15, 13, 1 << 20};

} // namespace snn

#endif
