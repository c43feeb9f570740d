//===- Known: what a name in an ONNX graph stands for ------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_KNOWN_H
#define SNNC_COMPILER_IMPORT_ONNX_KNOWN_H

#include "compiler/import/onnx/Tensors.h"
#include "mlir/IR/Value.h"

namespace snnc::onnx_import {

/// How the numbers of a tensor in the file give the activation that they stand for:
/// scale * (number - zero) * symbols. A quantized network becomes the network of those activations; that its numbers
/// are rounded is left out.
struct Quantization {
  double scale = 1, zero = 0;
  /// Scales that DynamicQuantizeLinear takes from the data, by the names of these outputs, sorted.
  std::vector<std::string> symbols;
  /// Of type integer, not of floats that are in such units because they were cast from integers.
  bool isInteger = true;

  bool isIdentity() const { return scale == 1 && zero == 0 && symbols.empty(); }
  bool operator==(const Quantization &) const = default;
};

/// A scale that depends on the data: constant factors, times symbols.
struct DynamicScale {
  mlir::ElementsAttr factors; ///< null: 1
  std::vector<std::string> symbols;
};

struct Known {
  mlir::Value value;                ///< an activation or a constant that has been created
  mlir::ElementsAttr floats;        ///< a constant
  std::optional<Integers> integers; ///< part of shape arithmetic, or quantized weights
  /// `value` is an activation, which the tensor in the file gives in this way.
  std::optional<Quantization> quantized;
  std::optional<DynamicScale> scale;
  std::string zeroOf; ///< of DynamicQuantizeLinear: the zero point that goes with this scale
};

} // namespace snnc::onnx_import

#endif
