//===- Handlers: imports that others are made of --------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_HANDLERS_H
#define SNNC_COMPILER_IMPORT_ONNX_HANDLERS_H

#include "compiler/import/onnx/Node.h"

namespace snnc::onnx_import {

// The node as this operator: what it is made of where it is another's name for it, or the beginning of it.
mlir::FailureOr<mlir::Value> importConv(Node &node);
mlir::FailureOr<mlir::Value> importGemm(Node &node);
mlir::FailureOr<mlir::Value> importLayerNorm(Node &node);
mlir::FailureOr<mlir::Value> importRMSNorm(Node &node);

/// `value` normalized over the dimensions from `axis` on, times `scale`, plus `bias` where there is one.
mlir::FailureOr<mlir::Value> createLayerNorm(Node &node, mlir::Value value, mlir::Value scale,
                                             mlir::Value bias, int64_t axis, double epsilon);
/// The same without a mean: value / sqrt(mean(value^2) + epsilon) * scale.
mlir::FailureOr<mlir::Value> createRMSNorm(Node &node, mlir::Value value, mlir::Value scale,
                                           int64_t axis, double epsilon);

/// A value times a number, or plus one; a constant takes it in.
mlir::FailureOr<mlir::Value> scaleBy(Node &node, mlir::Value value, double factor);
/// Input `index`, or a null value where the node has none.
mlir::FailureOr<mlir::Value> getOptionalInput(Node &node, int64_t index);
/// A constant of `value`'s element type.
mlir::Value createConstantLike(Node &node, mlir::Value value, llvm::ArrayRef<int64_t> shape,
                               llvm::ArrayRef<double> numbers);
/// A shape as the attribute of a reshape: -1 for the batch.
std::vector<int64_t> toReshape(llvm::ArrayRef<int64_t> shape);

} // namespace snnc::onnx_import

#endif
