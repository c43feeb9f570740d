//===- Attributes: names of discardable attributes of the snn dialect ---------------------------------------===//
//
// Where each may stand, and what it holds, is in the table of SNNAttributes.cpp, which the verifier reads, and in
// docs/spec/attributes.md.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_ATTRIBUTES_H
#define SNNC_DIALECTS_SNN_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace snnc::snn {

/// On an integer population: what the quantizer chose and saw, for reports.
inline constexpr llvm::StringLiteral kQuantizationAttrName = "snn.quantization";

/// On populations and the input: what they saw on images (`--snn-observe`), which formats are chosen by.
inline constexpr llvm::StringLiteral kObservedAttrName = "snn.observed";
/// It counts magnitudes from 2^-24 to 2^24; less is not counted, and more counts as the last.
inline constexpr int kObservedExponents = 24;

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
    kObservedAttrName, kFormatAttrName,  kBitsAttrName, kSharedByAttrName,
    kCommonAttrName,   kCoarserAttrName, kLostAttrName};

} // namespace snnc::snn

#endif
