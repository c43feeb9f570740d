//===- Attributes: names of discardable attributes of the snn dialect ---------------------------------------===//
//
// Where each may stand, and what it holds, is in the table of SNNAttributes.cpp, which the verifier reads, and in
// docs/spec/attributes.md.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_ATTRIBUTES_H
#define SNNC_DIALECTS_SNN_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace snnc::snn {

/// On an integer population: what the quantizer chose and saw, for reports.
inline constexpr llvm::StringLiteral kQuantizationAttrName = "snn.quantization";

/// On populations and the input: what they saw on images (`--snn-observe`), which formats are chosen by.
inline constexpr llvm::StringLiteral kObservedAttrName = "snn.observed";
/// It counts magnitudes from 2^-24 to 2^24; less is not counted, and more counts as the last.
inline constexpr int kObservedExponents = 24;

/// On all that delivers a stream: the largest magnitude of each element on images.
inline constexpr llvm::StringLiteral kMagnitudesAttrName = "snn.magnitudes";
/// On synapses with weights: the means and covariances of what their weights multiply, on images.
inline constexpr llvm::StringLiteral kMomentsAttrName = "snn.moments";
/// Covariances are kept among this many inputs that follow each other, and left out between such blocks.
inline constexpr int64_t kMomentsBlock = 576;

/// How many numbers the lower triangles of the blocks of `inputs` have.
inline constexpr int64_t countMomentFactors(int64_t inputs) {
  int64_t count = 0;
  for (int64_t first = 0; first < inputs; first += kMomentsBlock) {
    int64_t size = inputs - first < kMomentsBlock ? inputs - first : kMomentsBlock;
    count += size * (size + 1) / 2;
  }
  return count;
}

/// On populations, the input, and synapses whose LSBs do not follow from what they read: the integers that were chosen for them
/// (`--snn-choose-formats`), gone once they are integers.
inline constexpr llvm::StringLiteral kFormatAttrName = "snn.format";

/// What is planned for an operation of a network that is being quantized, and gone afterwards: the bits of a requantize, and
/// which elements share its LSBs; whether an inserted scale has one unit in all; by how many bits a sum is to be coarser, and
/// how many of them weights lose.
inline constexpr llvm::StringLiteral kBitsAttrName = "snn.bits",
                                     kSharedByAttrName = "snn.shared_by",
                                     kCommonAttrName = "snn.common",
                                     kCoarserAttrName = "snn.coarser", kLostAttrName = "snn.lost";

/// All that a network of integers has no more.
inline constexpr llvm::StringLiteral kPlanAttrNames[] = {
    kObservedAttrName, kMagnitudesAttrName, kMomentsAttrName, kFormatAttrName, kBitsAttrName,
    kSharedByAttrName, kCommonAttrName,     kCoarserAttrName, kLostAttrName};

} // namespace snnc::snn

#endif
