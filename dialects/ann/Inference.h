//===- Inference: what shape inference of the operators shares ------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_INFERENCE_H
#define SNNC_DIALECTS_ANN_INFERENCE_H

#include "dialects/ann/ANN.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Traits.h"

namespace snnc::ann {

using Types = llvm::SmallVectorImpl<mlir::Type>;

/// A tensor of `shape` with the element type of `like`.
inline mlir::LogicalResult give(mlir::Value like, mlir::ArrayRef<int64_t> shape, Types &types) {
  auto elementType = mlir::cast<mlir::RankedTensorType>(like.getType()).getElementType();
  types.push_back(mlir::RankedTensorType::get(shape, elementType));
  return mlir::success();
}

/// Whether a dynamic batch stays where it is and as large as it is when tensors of two shapes broadcast.
bool keepsBatch(mlir::ArrayRef<int64_t> lhs, mlir::ArrayRef<int64_t> rhs);

/// The type of element-wise operation `name` of two operands: what they broadcast to, as in numpy.
mlir::LogicalResult inferBroadcast(mlir::StringRef name, mlir::MLIRContext *context,
                                   std::optional<mlir::Location> location, mlir::Value lhs,
                                   mlir::Value rhs, Types &types);

/// Only the batch may be dynamic.
inline mlir::LogicalResult checkStatic(const ShapeErrors &error, mlir::Value input) {
  for (int64_t dimension : getTensorShape(input).drop_front())
    if (mlir::ShapedType::isDynamic(dimension))
      return error() << "input " << showShape(getTensorShape(input))
                     << " must be static behind its batch dimension";
  return mlir::success();
}

/// A bias or another tensor of one number per channel; none is fine.
inline mlir::LogicalResult checkChannels(const ShapeErrors &error, mlir::StringRef name,
                                         mlir::Value tensor, int64_t channels) {
  if (tensor && (getTensorShape(tensor).size() != 1 || getTensorShape(tensor)[0] != channels))
    return error() << name << " must have the shape " << channels << ", found "
                   << showShape(getTensorShape(tensor));
  return mlir::success();
}

} // namespace snnc::ann

#endif
