//===- Attributes: names of discardable attributes of the ann dialect ---------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ATTRIBUTES_H
#define SNNC_DIALECTS_ANN_ATTRIBUTES_H

#include "llvm/ADT/StringRef.h"

namespace snnc::ann {

/// On an `ann.clip` that is the saturation of a quantized tensor: by how much each bound must be exceeded to matter
/// (the step of its integers), or 0 for a bound that is not of the quantization.
inline constexpr llvm::StringLiteral kSaturationAttrName = "ann.saturation";
/// On an argument of a network that takes bytes (uint8) as they are.
inline constexpr llvm::StringLiteral kBytesAttrName = "ann.bytes";

} // namespace snnc::ann

#endif
