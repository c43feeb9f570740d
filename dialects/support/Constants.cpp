#include "dialects/support/Constants.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include <algorithm>
#include <cstring>

using namespace mlir;

namespace snnc {

namespace {

/// The numbers of a blob of `count` elements of type T, or failure when its size does not fit.
template <typename T>
FailureOr<std::vector<double>> readBlob(ArrayRef<char> bytes, int64_t count) {
  if (static_cast<int64_t>(bytes.size()) != count * static_cast<int64_t>(sizeof(T)))
    return failure();
  std::vector<double> numbers(count);
  for (int64_t i = 0; i < count; ++i) {
    T element;
    std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
    numbers[i] = static_cast<double>(element);
  }
  return numbers;
}

template <typename T>
ElementsAttr makeTyped(RankedTensorType type, ArrayRef<double> numbers, StringRef name) {
  std::vector<T> elements(numbers.begin(), numbers.end());
  bool splat = !elements.empty() && std::all_of(elements.begin(), elements.end(), [&](T element) {
    return std::memcmp(&element, elements.data(), sizeof(T)) == 0;
  });
  if (splat)
    return DenseElementsAttr::get(type, elements.front());
  if (static_cast<int64_t>(elements.size()) <= kInlineElements)
    return DenseElementsAttr::get(type, ArrayRef<T>(elements));
  ArrayRef<char> bytes(reinterpret_cast<const char *>(elements.data()),
                       elements.size() * sizeof(T));
  return DenseResourceElementsAttr::get(
      type, name, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, alignof(double), false));
}

} // namespace

FailureOr<std::vector<double>> readNumbers(ElementsAttr attr) {
  Type elementType = attr.getElementType();
  int64_t count = attr.getNumElements();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return failure();
    if (elementType.isF32())
      return readBlob<float>(blob->getData(), count);
    if (elementType.isF64())
      return readBlob<double>(blob->getData(), count);
    return failure();
  }
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense)
    return failure();
  std::vector<double> numbers;
  numbers.reserve(count);
  if (elementType.isF32()) {
    for (float element : dense.getValues<float>())
      numbers.push_back(element);
    return numbers;
  }
  if (elementType.isF64()) {
    auto values = dense.getValues<double>();
    numbers.assign(values.begin(), values.end());
    return numbers;
  }
  return failure();
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
  return type.getElementType().isF64() ? makeTyped<double>(type, numbers, name)
                                       : makeTyped<float>(type, numbers, name);
}

} // namespace snnc
