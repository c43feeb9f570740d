//===- Peaks: what this machine can do, measured ----------------------------------------------------------===//
//
// The three limits that kernels are held against, in billions of single-precision operations a second on
// one thread. An operation is what a synaptic operation needs: an addition (and a multiplication).
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNN_TEST_BENCH_PEAKS_H
#define SNN_TEST_BENCH_PEAKS_H

namespace snn::bench {

struct Peaks {
  double products; ///< load from the first-level cache, multiply, add: a dense product
  double loads;    ///< load from the first-level cache and add: sums of rows of weights
  double updates; ///< load, multiply, load, add, store in the first-level cache: an event by itself
};

/// Measures each for a quarter of a second.
Peaks measurePeaks();

} // namespace snn::bench

#endif
