//===- IntegerArithmetic: single elements and shapes of known integers --------------------------------------===//
#ifndef SNNC_COMPILER_IMPORT_ONNX_INTEGERARITHMETIC_H
#define SNNC_COMPILER_IMPORT_ONNX_INTEGERARITHMETIC_H

#include "compiler/import/onnx/ShapeArithmetic.h"
#include <optional>

namespace snnc::onnx_import {

/// Elements of a shape; the largest number where they cannot be counted.
int64_t countOf(llvm::ArrayRef<int64_t> shape);

/// One element of the binary operator `op`. The batch size is unknown, but at least 1: nothing where the result
/// depends on it, unless the result is the batch size itself.
std::optional<int64_t> combine(llvm::StringRef op, int64_t a, int64_t b);

/// The shape of what is computed of both, element by element; nothing where they do not broadcast.
std::optional<std::vector<int64_t>> broadcast(llvm::ArrayRef<int64_t> a, llvm::ArrayRef<int64_t> b);

/// The element of `from` at element `index` of a tensor of `shape`, to which it broadcasts.
int64_t pick(const Integers &from, llvm::ArrayRef<int64_t> shape, int64_t index);

} // namespace snnc::onnx_import

#endif
