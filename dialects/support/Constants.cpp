#include "dialects/support/Constants.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <cstring>

using namespace mlir;

namespace snnc {

namespace {

/// The numbers of a blob of `count` elements of type From, or failure when its size does not fit.
template <typename From, typename T>
FailureOr<std::vector<T>> readBlob(ArrayRef<char> bytes, int64_t count) {
  if (static_cast<int64_t>(bytes.size()) != count * static_cast<int64_t>(sizeof(From)))
    return failure();
  std::vector<T> numbers(count);
  for (int64_t i = 0; i < count; ++i) {
    From element;
    std::memcpy(&element, bytes.data() + i * sizeof(From), sizeof(From));
    numbers[i] = static_cast<T>(element);
  }
  return numbers;
}

/// Integers that take a byte each: i2 and i4 as well as i8.
bool isByteSized(Type type) { return type.isInteger(8) || type.isInteger(4) || type.isInteger(2); }

/// Bytes of each element of a constant.
size_t getElementSize(Type type) {
  return isByteSized(type) ? 1 : type.getIntOrFloatBitWidth() / 8;
}

template <typename T>
std::string toBytes(ArrayRef<double> numbers) {
  std::string bytes(numbers.size() * sizeof(T), 0);
  for (size_t i = 0; i < numbers.size(); ++i) {
    auto element = static_cast<T>(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &element, sizeof(T));
  }
  return bytes;
}

/// Whether all elements, of `size` bytes each, are the same.
bool isSplat(const std::string &bytes, size_t size) {
  // Each byte is the one an element before it.
  return !bytes.empty() && std::memcmp(bytes.data(), bytes.data() + size, bytes.size() - size) == 0;
}

} // namespace

template <typename T>
FailureOr<std::vector<T>> readElements(ElementsAttr attr) {
  Type elementType = attr.getElementType();
  int64_t count = attr.getNumElements();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return failure();
    if (elementType.isF32())
      return readBlob<float, T>(blob->getData(), count);
    if (elementType.isF64())
      return readBlob<double, T>(blob->getData(), count);
    if (elementType.isInteger(32))
      return readBlob<int32_t, T>(blob->getData(), count);
    if (elementType.isInteger(16))
      return readBlob<int16_t, T>(blob->getData(), count);
    if (isByteSized(elementType))
      return readBlob<int8_t, T>(blob->getData(), count);
    return failure();
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense || !holdsNumbers(attr))
    return failure();
  std::vector<T> numbers;
  numbers.reserve(count);
  if (elementType.isF32())
    for (float element : dense.getValues<float>())
      numbers.push_back(static_cast<T>(element));
  else if (elementType.isF64())
    for (double element : dense.getValues<double>())
      numbers.push_back(static_cast<T>(element));
  else
    for (const APInt &element : dense.getValues<APInt>())
      numbers.push_back(static_cast<T>(element.getSExtValue()));
  return numbers;
}

template FailureOr<std::vector<double>> readElements(ElementsAttr);
template FailureOr<std::vector<float>> readElements(ElementsAttr);
template FailureOr<std::vector<int32_t>> readElements(ElementsAttr);

bool holdsNumbers(ElementsAttr attr) {
  Type type = attr.getElementType();
  if (!type.isF32() && !type.isF64() && !type.isInteger(32) && !type.isInteger(16) &&
      !isByteSized(type))
    return false;
  auto resource = dyn_cast<DenseResourceElementsAttr>(attr);
  if (!resource)
    return isa<DenseElementsAttr>(attr);
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  return blob && blob->getData().size() ==
                     static_cast<size_t>(attr.getNumElements()) * getElementSize(type);
}

ElementsAttr getConstantAttr(Value value) {
  ElementsAttr attr;
  return matchPattern(value, m_Constant(&attr)) ? attr : ElementsAttr();
}

std::optional<std::vector<double>> readConstant(Value value) {
  ElementsAttr attr = getConstantAttr(value);
  if (!attr)
    return std::nullopt;
  FailureOr<std::vector<double>> numbers = readNumbers(attr);
  if (failed(numbers))
    return std::nullopt;
  return std::move(*numbers);
}

ElementsAttr makeConstant(RankedTensorType type, ArrayRef<double> numbers, StringRef name) {
  Type element = type.getElementType();
  return makeConstant(type,
                      element.isF64()         ? toBytes<double>(numbers)
                      : element.isInteger(32) ? toBytes<int32_t>(numbers)
                      : element.isInteger(16) ? toBytes<int16_t>(numbers)
                      : isByteSized(element)  ? toBytes<int8_t>(numbers)
                                              : toBytes<float>(numbers),
                      name);
}

ElementsAttr makeConstant(RankedTensorType type, std::string bytes, StringRef name) {
  size_t size = getElementSize(type.getElementType());
  // Dense attributes want the bits beyond an element's width cleared; blobs keep whole bytes.
  unsigned width = type.getElementTypeBitWidth();
  if (width < 8 && (isSplat(bytes, size) || type.getNumElements() <= kInlineElements))
    for (char &byte : bytes)
      byte = static_cast<char>(byte & ((1 << width) - 1));
  if (isSplat(bytes, size))
    return DenseElementsAttr::getFromRawBuffer(type, ArrayRef<char>(bytes.data(), size));
  if (type.getNumElements() <= kInlineElements)
    return DenseElementsAttr::getFromRawBuffer(type, ArrayRef<char>(bytes.data(), bytes.size()));
  auto *owned = new std::string(std::move(bytes));
  AsmResourceBlob blob(
      ArrayRef<char>(owned->data(), owned->size()), alignof(double),
      [owned](void *, size_t, size_t) { delete owned; },
      /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name, std::move(blob));
}

} // namespace snnc
