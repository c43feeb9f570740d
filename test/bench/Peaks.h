//===- Peaks: what this machine can do, measured ----------------------------------------------------------===//
//
// The limits that kernels are held against, in billions of operations a second on one thread: three in single
// precision, and the same three in integers. An operation is what a synaptic operation needs: an addition (and a
// multiplication). All numbers lie in the first-level cache.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_TEST_BENCH_PEAKS_H
#define SNN_TEST_BENCH_PEAKS_H

namespace snn::bench {

struct Peaks {
  double products; ///< load, multiply, add: a dense product
  double loads;    ///< load and add: sums of rows of weights
  double updates;  ///< load, multiply, load, add, store: an event by itself

  double pairs; ///< products of 16 bits, added in 32: a dense product of integers
  double
      quads; ///< products of 8 bits, four at a time, added in 32; 0 where no instruction has them
  double shortLoads; ///< load and add, in 16 bits
  double
      shortUpdates; ///< load 8 bits, widen to 16, load 16, add, store: an integer event by itself
};

/// Measures each for a quarter of a second.
Peaks measurePeaks();

} // namespace snn::bench

#endif
