//===- Tensors: the numbers in TensorProto, in all its encodings ------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_TENSORS_H
#define SNNC_COMPILER_IMPORT_ONNX_TENSORS_H

#include "compiler/import/onnx/ShapeArithmetic.h"
#include <onnx/onnx_pb.h>
#include <optional>
#include <variant>

namespace snnc::onnx_import {

/// Float numbers of a tensor. Half and bfloat16 become f32.
struct Floats {
  std::vector<int64_t> shape;
  std::vector<double> values;
  bool isDouble = false;
};

using Numbers = std::variant<Floats, Integers>;

/// Reads `tensor`; external data is looked for in `folder`. On failure `reason` says why.
mlir::FailureOr<Numbers> readTensor(const ONNX_NAMESPACE::TensorProto &tensor,
                                    const std::string &folder, std::string &reason);

} // namespace snnc::onnx_import

#endif
