//===- InputMoments: how the inputs of weights vary together on real images ----------------------------------===//
//
// The error that rounded weights leave in a sum is sum off_i x_i. Its mean, sum off_i E[x_i], is a constant, which a
// bias takes back; its variance is off^T C off with the covariance C of the inputs. That is what a rounding should
// keep small (the second-order view of LeCun et al., "Optimal Brain Damage", 1989; for the rounding of weights:
// Nagel et al., "Up or Down? Adaptive Rounding for Post-Training Quantization", 2020, section 3).
//
//===----------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_QUANTIZE_INPUTMOMENTS_H
#define SNNC_COMPILER_QUANTIZE_INPUTMOMENTS_H

#include "compiler/reference/Synapses.h"
#include "dialects/snn/Attributes.h"
#include <random>

namespace snnc::quantize {

using reference::Numbers;

/// Of the inputs that one output of a convolution or gemm sees.
struct InputMoments {
  /// Covariances are kept among this many inputs that follow each other, and left out between such blocks.
  static constexpr size_t kBlock = snn::kMomentsBlock;

  llvm::ArrayRef<double> means;
  /// For each block the lower triangle L of its covariance L L^T, row by row.
  std::vector<llvm::ArrayRef<double>> factors;
  /// Of whom they are: those of one key are the same numbers.
  std::pair<const void *, size_t> key = {nullptr, 0};
};

/// Of all groups of a convolution, one after another; a gemm has one.
struct GroupMoments {
  size_t groups = 1;
  Numbers means, factors;
};

/// Those of each group, of whom `key` says; what they are of must outlive them.
std::vector<InputMoments> divide(size_t groups, llvm::ArrayRef<double> means,
                                 llvm::ArrayRef<double> factors, const void *key);

/// Collects them, from a part of the positions of each image.
class InputSampler {
public:
  /// Of the convolution or gemm `op`, from `images` images.
  InputSampler(mlir::Operation *op, int64_t images);
  /// The input of the next image.
  void add(const Numbers &in);
  /// Of data that go `headroom` times beyond these images less is known of
  /// what varies together.
  GroupMoments finish(double headroom = 1) const;

private:
  struct Sums {
    Numbers first; ///< of each input
    std::vector<Numbers>
        second; ///< of products of two inputs of a block, lower triangle row by row
  };

  mlir::Operation *op;
  int64_t groups = 1, inputs, positions, perImage, samples = 0;
  std::vector<Sums> sums; ///< by group
  std::mt19937 random;

  void gather(const Numbers &in, int64_t position, int64_t group, Numbers &window) const;
  /// Adds what some windows of a group show.
  void include(llvm::ArrayRef<Numbers> windows, Sums &sum) const;
};

} // namespace snnc::quantize

#endif
