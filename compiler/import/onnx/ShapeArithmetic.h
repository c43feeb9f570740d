//===- ShapeArithmetic: integers that exporters compute shapes with --------------------------------------------===//
//
// PyTorch writes `x.view(x.shape[0], -1)` as Shape, Gather, Unsqueeze, Concat and Reshape. All of it is
// known on import but for one number, the batch size, which is carried along as a symbol.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_SHAPEARITHMETIC_H
#define SNNC_COMPILER_IMPORT_ONNX_SHAPEARITHMETIC_H

#include "mlir/Support/LLVM.h"
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace snnc::onnx_import {

/// Stands for the batch size among integers: a number that no exporter writes (the smallest ones of
/// all mean "to the end" in a Slice).
inline constexpr int64_t kBatch = std::numeric_limits<int64_t>::min() / 2 - 0xba7c4;

/// A tensor of known integers (and booleans); rank 0 for a scalar.
struct Integers {
  std::vector<int64_t> shape;
  std::vector<int64_t> values;
  int32_t type = 0; ///< TensorProto's data type where the file says it, else 0

  static Integers list(std::vector<int64_t> values) {
    auto size = static_cast<int64_t>(values.size());
    return {{size}, std::move(values), 0};
  }
  static Integers scalar(int64_t value) { return {{}, {value}, 0}; }
};

class Node;

/// Whether `op` is an operator that can compute on integers.
bool isShapeOperator(llvm::StringRef op);

/// Computes a node whose inputs are all known integers. Says of the node why it cannot: for example
/// because it needs the batch size's value.
mlir::FailureOr<Integers> computeIntegers(Node &node, const std::vector<const Integers *> &inputs);

} // namespace snnc::onnx_import

#endif
