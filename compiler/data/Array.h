//===- Array: numbers as numpy keeps them
//------------------------------------------------------===//
//
// An n-dimensional array of one of numpy's numeric types, always in row-major order and in this
// machine's byte order, whatever the file had.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_DATA_ARRAY_H
#define SNNC_COMPILER_DATA_ARRAY_H

#include "compiler/data/Files.h"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace snnc::data {

using Shape = std::vector<int64_t>;
using ShapeRef = std::span<const int64_t>;

struct Array {
  enum class Type { U8, I8, I16, U16, I32, U32, I64, U64, F16, F32, F64, Bool };
  static constexpr size_t kTypeCount = static_cast<size_t>(Type::Bool) + 1;

  Type type = Type::F32;
  Shape shape = {0};
  Bytes bytes;

  /// How many elements there are; 1 for the shape ().
  int64_t size() const;

  /// Element i in row-major order. 64-bit integers are rounded where a double cannot hold them.
  double toDouble(int64_t i) const;

  /// Element i of an integer or boolean array; nothing where it does not fit.
  std::optional<int64_t> toInteger(int64_t i) const;

  bool isFloat() const;
};

/// Numbers as an array of the same type; `values` has as many elements as `shape` says.
Array makeArray(Shape shape, std::span<const float> values);
Array makeArray(Shape shape, std::span<const double> values);
Array makeArray(Shape shape, std::span<const int64_t> values);
Array makeArray(Shape shape, std::span<const uint8_t> values);

/// Bytes of one element.
size_t itemSize(Array::Type type);

/// numpy's name of the type, such as "float32".
std::string_view typeName(Array::Type type);

/// The number of elements, or nothing where a dimension is negative or 63 bits cannot hold it.
std::optional<int64_t> countElements(ShapeRef shape);

/// The shape as Python writes it: "(2, 3)", "(2,)", "()".
std::string printShape(ShapeRef shape);

/// Where element i of an array of this shape is: "(0, 2)".
std::string printIndex(int64_t i, ShapeRef shape);

} // namespace snnc::data

#endif
