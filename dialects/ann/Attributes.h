//===- Attributes: names of discardable attributes of the ann dialect ---------------------------------------===//
//
// Where each may stand, and what it holds, is in the table of ANNAttributes.cpp, which the verifier reads, and in
// docs/spec/attributes.md. Those that passes of ann alone use are constants of ANNDialect.
//
//===------------------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ATTRIBUTES_H
#define SNNC_DIALECTS_ANN_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace snnc::ann {

/// On an `ann.clip` that is the saturation of a quantized tensor: by how much each bound must be exceeded to matter
/// (the step of its integers), or 0 for a bound that is not of the quantization.
inline constexpr llvm::StringLiteral kSaturationAttrName = "ann.saturation";
/// On an argument of a network that takes bytes (uint8) as they are.
inline constexpr llvm::StringLiteral kBytesAttrName = "ann.bytes";
/// On arguments and results: their names in the model.
inline constexpr llvm::StringLiteral kNameAttrName = "ann.name";
/// On an argument: what is subtracted from each channel of the data, and what it is divided by.
inline constexpr llvm::StringLiteral kMeanAttrName = "ann.mean", kStdAttrName = "ann.std";
/// On an argument into which several inputs were merged: name and shape of each.
inline constexpr llvm::StringLiteral kPartsAttrName = "ann.parts";
/// On a module: the file that it was imported from.
inline constexpr llvm::StringLiteral kSourceAttrName = "ann.source";

} // namespace snnc::ann

#endif
