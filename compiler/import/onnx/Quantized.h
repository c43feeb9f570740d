//===- Quantized: tensors of integers that stand for activations -----------------------------------------===//
//
// A quantized file becomes the network that it stands for. Weights are dequantized, exactly. Of an activation
// the saturation stays, as a Clip to the range of its integers wherever it could leave that range by more than
// one step; the rounding is left out.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_QUANTIZED_H
#define SNNC_COMPILER_IMPORT_ONNX_QUANTIZED_H

#include "compiler/import/onnx/Node.h"

namespace snnc::onnx_import {

/// Smallest and largest number of an integer type of TensorProto; nothing of other types.
std::optional<std::pair<double, double>> getIntegerRange(int32_t type);

/// Whether a type of TensorProto is one of floats.
bool isFloatType(int64_t type);
/// The numbers of a constant; null where `known` is none.
mlir::ElementsAttr getConstant(const Known &known);
/// `value` times, and plus, a number; nothing is created where that changes nothing.
mlir::FailureOr<mlir::Value> multiply(Node &node, mlir::Value value, double factor);
mlir::FailureOr<mlir::Value> shift(Node &node, mlir::Value value, double by);
Known makeKnown(mlir::Value value, std::optional<Quantization> quantized = std::nullopt);
/// What a tensor of the file is.
Known toKnown(Numbers numbers);
/// Symbols of a product.
std::vector<std::string> merge(const std::vector<std::string> &a,
                               const std::vector<std::string> &b);

/// The zero point of a dynamically quantized tensor, input `zeroInput`, must be its own.
mlir::LogicalResult checkDynamicZero(Node &node, const Quantization &quantized, int64_t zeroInput);

/// The numbers that the file's tensor holds, of one that is not of integers; they are kept in `known`.
mlir::FailureOr<mlir::Value> toNumbers(Node &node, Known &known);

/// A node that reads a quantized tensor or a scale that depends on the data: gives its outputs, or prepares it to
/// be handled as an ordinary node. Returns whether it has given them.
mlir::FailureOr<bool> importOfQuantized(Node &node);

/// Outputs of a node that moves quantized elements are quantized as its inputs are; nothing for other nodes.
mlir::FailureOr<std::optional<Quantization>> getMovedQuantization(Node &node);

} // namespace snnc::onnx_import

#endif
