#include "compiler/import/onnx/IntegerArithmetic.h"

#include "compiler/import/onnx/ShapeArithmetic.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <algorithm>
#include <limits>

using namespace mlir;

namespace snnc::onnx_import {

int64_t countOf(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t dimension : shape)
    if (__builtin_mul_overflow(count, dimension, &count))
      return std::numeric_limits<int64_t>::max();
  return count;
}

namespace {

/// One element of a comparison. The batch size is unknown, but at least 1.
std::optional<int64_t> compare(StringRef op, int64_t a, int64_t b) {
  bool anyBatch = a == kBatch || b == kBatch;
  bool isSame = a == b, isOther = anyBatch && (a == kBatch ? b : a) < 1;
  if (op == "Equal" && (!anyBatch || isSame || isOther))
    return isSame;
  if (anyBatch && !isSame) {
    if (!isOther)
      return std::nullopt;
    (a == kBatch ? a : b) = 1; // as good as any size
  }
  if (op == "Greater")
    return a > b;
  if (op == "GreaterOrEqual")
    return a >= b;
  if (op == "Less")
    return a < b;
  if (op == "LessOrEqual")
    return a <= b;
  return std::nullopt;
}

std::optional<int64_t> combineLogic(StringRef op, int64_t a, int64_t b) {
  if (op == "And")
    return a != 0 && b != 0;
  if (op == "Or")
    return a != 0 || b != 0;
  if (op == "Xor")
    return (a != 0) != (b != 0);
  return std::nullopt;
}

} // namespace

std::optional<int64_t> combine(StringRef op, int64_t a, int64_t b) {
  if (op == "Equal" || op.starts_with("Greater") || op.starts_with("Less"))
    return compare(op, a, b);
  bool anyBatch = a == kBatch || b == kBatch;
  if (anyBatch) {
    if ((op == "Mul" || op == "Div") && b == 1)
      return a;
    if (op == "Mul" && a == 1)
      return b;
    if ((op == "Add" || op == "Sub") && b == 0)
      return a;
    if (op == "Add" && a == 0)
      return b;
    if ((op == "Max" || op == "Min") && (a == b || (a == kBatch ? b : a) <= 1))
      return op == "Max" ? kBatch : a == kBatch ? b : a;
    return std::nullopt;
  }
  if (op == "Max")
    return std::max(a, b);
  if (op == "Min")
    return std::min(a, b);
  int64_t result = 0;
  bool isLowest = a == std::numeric_limits<int64_t>::min();
  if ((op == "Add" && !__builtin_add_overflow(a, b, &result)) ||
      (op == "Sub" && !__builtin_sub_overflow(a, b, &result)) ||
      (op == "Mul" && !__builtin_mul_overflow(a, b, &result)))
    return result;
  bool divides = b != 0 && !(isLowest && b == -1);
  if (op == "Div" && divides)
    return a / b;
  if (op == "Mod" && divides)
    return a % b != 0 && (a < 0) != (b < 0) ? a % b + b : a % b; // the sign of the divisor
  return combineLogic(op, a, b);
}

std::optional<std::vector<int64_t>> broadcast(ArrayRef<int64_t> a, ArrayRef<int64_t> b) {
  std::vector<int64_t> shape(std::max(a.size(), b.size()));
  for (size_t d = 0; d < shape.size(); ++d) {
    int64_t one = d < a.size() ? a[a.size() - 1 - d] : 1,
            two = d < b.size() ? b[b.size() - 1 - d] : 1;
    if (one != two && one != 1 && two != 1)
      return std::nullopt;
    shape[shape.size() - 1 - d] = one == 1 ? two : one;
  }
  return shape;
}

int64_t pick(const Integers &from, ArrayRef<int64_t> shape, int64_t index) {
  int64_t position = 0, stride = 1;
  for (size_t d = 0; d < shape.size(); ++d) {
    int64_t size = shape[shape.size() - 1 - d], at = index % size;
    index /= size;
    if (d >= from.shape.size())
      continue;
    int64_t own = from.shape[from.shape.size() - 1 - d];
    position += own == 1 ? 0 : at * stride;
    stride *= own;
  }
  return from.values[position];
}

} // namespace snnc::onnx_import
