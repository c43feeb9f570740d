#include "compiler/data/Array.h"

#include <cmath>
#include <cstring>
#include <fmt/format.h>
#include <iterator>

namespace snnc::data {

namespace {

struct TypeInfo {
  std::string_view name;
  size_t size;
};

/// In the order of Array::Type.
constexpr TypeInfo kTypes[] = {{"uint8", 1},   {"int8", 1},    {"int16", 2},   {"uint16", 2},
                               {"int32", 4},   {"uint32", 4},  {"int64", 8},   {"uint64", 8},
                               {"float16", 2}, {"float32", 4}, {"float64", 8}, {"bool", 1}};

static_assert(std::size(kTypes) == Array::kTypeCount);

const TypeInfo &infoOf(Array::Type type) { return kTypes[static_cast<size_t>(type)]; }

template <typename T>
T load(const Array &array, int64_t i) {
  T element;
  std::memcpy(&element, array.bytes.data() + i * sizeof(T), sizeof(T));
  return element;
}

double halfToDouble(uint16_t bits) {
  int exponent = (bits >> 10) & 31;
  int fraction = bits & 1023;
  double magnitude = exponent == 0    ? std::ldexp(fraction, -24)
                     : exponent == 31 ? (fraction ? NAN : INFINITY)
                                      : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) ? -magnitude : magnitude;
}

template <typename T>
Array makeTyped(Array::Type type, Shape shape, std::span<const T> values) {
  ByteSpan bytes = std::as_bytes(values);
  return {type, std::move(shape), Bytes(bytes.begin(), bytes.end())};
}

} // namespace

int64_t Array::size() const { return static_cast<int64_t>(bytes.size() / itemSize(type)); }

bool Array::isFloat() const { return type == Type::F16 || type == Type::F32 || type == Type::F64; }

double Array::toDouble(int64_t i) const {
  switch (type) {
  case Type::F16:
    return halfToDouble(load<uint16_t>(*this, i));
  case Type::F32:
    return load<float>(*this, i);
  case Type::F64:
    return load<double>(*this, i);
  case Type::U64:
    return static_cast<double>(load<uint64_t>(*this, i));
  default:
    return static_cast<double>(*toInteger(i));
  }
}

std::optional<int64_t> Array::toInteger(int64_t i) const {
  switch (type) {
  case Type::U8:
    return load<uint8_t>(*this, i);
  case Type::I8:
    return load<int8_t>(*this, i);
  case Type::I16:
    return load<int16_t>(*this, i);
  case Type::U16:
    return load<uint16_t>(*this, i);
  case Type::I32:
    return load<int32_t>(*this, i);
  case Type::U32:
    return load<uint32_t>(*this, i);
  case Type::I64:
    return load<int64_t>(*this, i);
  case Type::Bool:
    return load<uint8_t>(*this, i) != 0;
  case Type::U64: {
    uint64_t element = load<uint64_t>(*this, i);
    return element <= INT64_MAX ? std::optional<int64_t>(element) : std::nullopt;
  }
  default:
    return std::nullopt;
  }
}

Array makeArray(Shape shape, std::span<const float> values) {
  return makeTyped(Array::Type::F32, std::move(shape), values);
}
Array makeArray(Shape shape, std::span<const double> values) {
  return makeTyped(Array::Type::F64, std::move(shape), values);
}
Array makeArray(Shape shape, std::span<const int64_t> values) {
  return makeTyped(Array::Type::I64, std::move(shape), values);
}
Array makeArray(Shape shape, std::span<const uint8_t> values) {
  return makeTyped(Array::Type::U8, std::move(shape), values);
}

size_t itemSize(Array::Type type) { return infoOf(type).size; }

std::string_view typeName(Array::Type type) { return infoOf(type).name; }

std::optional<int64_t> countElements(ShapeRef shape) {
  int64_t count = 1;
  // A zero does not hide that the other dimensions are absurd.
  bool isEmpty = false;
  for (int64_t extent : shape) {
    if (extent < 0)
      return std::nullopt;
    if (extent == 0)
      isEmpty = true;
    else if (__builtin_mul_overflow(count, extent, &count))
      return std::nullopt;
  }
  return isEmpty ? 0 : count;
}

std::string printShape(ShapeRef shape) {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

std::string printIndex(int64_t i, ShapeRef shape) {
  Shape index(shape.size());
  for (size_t axis = shape.size(); axis-- > 0; i /= shape[axis])
    index[axis] = i % shape[axis];
  return fmt::format("({})", fmt::join(index, ", "));
}

} // namespace snnc::data
