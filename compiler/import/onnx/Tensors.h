//===- Tensors: the numbers in TensorProto, in all its encodings ------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_TENSORS_H
#define SNNC_COMPILER_IMPORT_ONNX_TENSORS_H

#include "compiler/data/Result.h"
#include "compiler/import/onnx/ShapeArithmetic.h"
#include "mlir/IR/BuiltinAttributes.h"
#include <onnx/onnx_pb.h>
#include <optional>
#include <variant>

namespace snnc::onnx_import {

/// Types of TensorProto that the ONNX library may be too old to name.
inline constexpr int32_t kUInt4 = 21, kInt4 = 22;

/// Float numbers (f32, or f64; half and bfloat16 become f32), or integers.
using Numbers = std::variant<mlir::ElementsAttr, Integers>;

/// Reads `tensor`, and takes the bytes of big weights out of it instead of copying them; external
/// data is looked for in `folder`.
data::Result<Numbers> readTensor(ONNX_NAMESPACE::TensorProto &tensor, const std::string &folder,
                                 mlir::MLIRContext &context);

/// The first element of floats that is infinite.
std::optional<size_t> findInfinity(mlir::ElementsAttr attr);

} // namespace snnc::onnx_import

#endif
