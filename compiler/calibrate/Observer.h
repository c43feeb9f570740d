//===- Observer: the smallest and largest value of every activation ----------------------------------===//
//
// Runs the evaluator over many images, several threads at a time, and keeps what it saw per channel,
// per neuron or per tensor. Minima and maxima do not depend on the order of the images, so the
// result is the same for any number of threads.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CALIBRATE_OBSERVER_H
#define SNNC_COMPILER_CALIBRATE_OBSERVER_H

#include "compiler/options/Options.h"
#include "compiler/reference/Evaluator.h"
#include <functional>
#include <map>

namespace snnc {

using Granularity = options::ScalePer;

/// Smallest and largest values, one pair per element of `shape` (as in #ann.range).
struct Range {
  std::vector<int64_t> shape;
  std::vector<double> lower, upper;

  Range() = default;
  /// The empty range of an activation. Channels are dimension 1 behind a convolution,
  /// and the last dimension behind a gemm; the exponentials of a softmax have one range along its axis.
  Range(mlir::Value activation, Granularity granularity);

  /// Widens the range by a batch of activations (batch first). What is not a number makes it NaN.
  void include(const reference::Tensor &activations);
  /// Widens the range by another of the same activation.
  void include(const Range &other);

private:
  std::vector<int64_t> entries; ///< of the blocks of a sample, in order
  int64_t perBlock = 1;         ///< elements side by side that share an entry
};

/// An activation to look at, the network's input or what an operation gives, and how closely.
struct Watched {
  mlir::Value activation;
  Granularity granularity;

  bool operator<(const Watched &other) const {
    return std::pair(activation.getAsOpaquePointer(), granularity) <
           std::pair(other.activation.getAsOpaquePointer(), other.granularity);
  }
};

using Ranges = std::map<Watched, Range>;

struct ObserverOptions {
  int64_t images = 0;         ///< how many there are
  std::vector<int64_t> shape; ///< of one image
  unsigned threads = 0;       ///< 0: one per processor
  /// Writes image `index`, normalized, to its second argument. Called from several threads.
  std::function<void(int64_t index, double *values)> image;
  /// Called from one thread at a time with the number of images done.
  std::function<void(int64_t done)> progress;
};

/// The ranges of all that is watched, over all images.
::snn::Result<Ranges> observe(const reference::Evaluator &evaluator,
                              mlir::ArrayRef<Watched> watched, const ObserverOptions &options);

} // namespace snnc

#endif
