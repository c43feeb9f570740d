#include "compiler/import/onnx/Tensors.h"

#include "dialects/support/Constants.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"
#include <cmath>
#include <cstring>
#include <fstream>

using namespace mlir;
using ONNX_NAMESPACE::TensorProto;

namespace snnc::onnx_import {

namespace {

/// Elements of a type as wide as T, converted one by one.
template <typename T, typename Result, typename Convert>
bool decode(const std::string &bytes, std::vector<Result> &values, Convert convert) {
  if (bytes.size() != values.size() * sizeof(T))
    return false;
  for (size_t i = 0; i < values.size(); ++i) {
    T element;
    std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = convert(element);
  }
  return true;
}

template <typename Field, typename Result, typename Convert>
bool copy(const Field &field, std::vector<Result> &values, Convert convert) {
  if (static_cast<size_t>(field.size()) != values.size())
    return false;
  std::transform(field.begin(), field.end(), values.begin(), convert);
  return true;
}

double fromHalf(uint16_t bits) {
  return llvm::APFloat(llvm::APFloat::IEEEhalf(), llvm::APInt(16, bits)).convertToFloat();
}
double fromBFloat(uint16_t bits) {
  return llvm::APFloat(llvm::APFloat::BFloat(), llvm::APInt(16, bits)).convertToFloat();
}

/// The bytes of a tensor that lie in a file of their own.
std::optional<std::string> readExternal(const TensorProto &tensor, const std::string &folder,
                                        std::string &reason) {
  std::string location;
  uint64_t offset = 0, length = 0;
  for (const auto &entry : tensor.external_data()) {
    bool bad = false;
    if (entry.key() == "location")
      location = entry.value();
    else if (entry.key() == "offset")
      bad = llvm::StringRef(entry.value()).getAsInteger(10, offset);
    else if (entry.key() == "length")
      bad = llvm::StringRef(entry.value()).getAsInteger(10, length);
    if (bad) {
      reason = "its external data has the " + entry.key() + " '" + entry.value() +
               "', which is not a number";
      return std::nullopt;
    }
  }
  bool escapes = llvm::sys::path::is_absolute(location);
  for (auto part = llvm::sys::path::begin(location); part != llvm::sys::path::end(location); ++part)
    escapes |= *part == "..";
  if (location.empty() || escapes) {
    reason = "its external data is at '" + location + "', outside of the model's folder";
    return std::nullopt;
  }
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, location);
  std::ifstream file(path.str().str(), std::ios::binary | std::ios::ate);
  if (!file) {
    reason = "its external data file '" + location + "' cannot be read: " + std::strerror(errno) +
             "; keep it beside the model";
    return std::nullopt;
  }
  auto size = static_cast<uint64_t>(file.tellg());
  if (offset > size || length > size - offset) {
    reason = "its external data ends beyond the end of '" + location + "' (" +
             std::to_string(size) + " bytes)";
    return std::nullopt;
  }
  std::string bytes(length ? length : size - offset, 0);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) {
    reason = "its external data file '" + location + "' cannot be read to its end";
    return std::nullopt;
  }
  return bytes;
}

/// The first element that `test` is true of.
template <typename T>
std::optional<size_t> find(llvm::ArrayRef<char> bytes, bool (*test)(T)) {
  for (size_t i = 0; (i + 1) * sizeof(T) <= bytes.size(); ++i) {
    T element;
    std::memcpy(&element, bytes.data() + i * sizeof(T), sizeof(T));
    if (test(element))
      return i;
  }
  return std::nullopt;
}

template <typename T>
bool isNaN(T number) {
  return std::isnan(number);
}
template <typename T>
bool isInfinite(T number) {
  return std::isinf(number);
}

/// A NaN would spread through the whole network in silence. An infinity may be a bound or a mask.
template <typename T>
bool checkNumbers(const std::string &bytes, std::string &reason) {
  std::optional<size_t> found = find<T>({bytes.data(), bytes.size()}, isNaN<T>);
  if (found)
    reason = "element " + std::to_string(*found) + " is NaN; was the training run stopped in time?";
  return !found;
}

/// The bytes of a tensor: taken out of it, or read from their own file.
std::optional<std::string> takeBytes(TensorProto &tensor, const std::string &folder,
                                     std::string &reason) {
  if (tensor.data_location() == TensorProto::EXTERNAL)
    return readExternal(tensor, folder, reason);
  std::unique_ptr<std::string> raw(tensor.has_raw_data() ? tensor.release_raw_data() : nullptr);
  return raw ? std::move(*raw) : std::string();
}

/// The bytes of a typed field.
template <typename T, typename Field>
std::string toBytes(const Field &field) {
  return std::string(reinterpret_cast<const char *>(field.data()), field.size() * sizeof(T));
}

class Reader {
public:
  Reader(const TensorProto &tensor, std::string raw, MLIRContext &context)
      : tensor(tensor), raw(std::move(raw)), builder(&context) {}

  /// The numbers, or nothing with a reason when the data do not fit or are no numbers.
  std::optional<Numbers> read(const std::vector<int64_t> &shape, size_t count,
                              std::string &reason) {
    switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return floats<float>(shape, count, tensor.float_data(), builder.getF32Type(), reason);
    case TensorProto::DOUBLE:
      return floats<double>(shape, count, tensor.double_data(), builder.getF64Type(), reason);
    case TensorProto::FLOAT16:
      return halves(shape, count, fromHalf, reason);
    case TensorProto::BFLOAT16:
      return halves(shape, count, fromBFloat, reason);
    case TensorProto::INT64:
      return integers<int64_t>(shape, count, tensor.int64_data());
    case TensorProto::INT32:
      return integers<int32_t>(shape, count, tensor.int32_data());
    case TensorProto::UINT8:
      return integers<uint8_t>(shape, count, tensor.int32_data());
    case TensorProto::INT8:
      return integers<int8_t>(shape, count, tensor.int32_data());
    case TensorProto::BOOL:
      return integers<uint8_t>(shape, count, tensor.int32_data());
    case TensorProto::INT16:
      return integers<int16_t>(shape, count, tensor.int32_data());
    case TensorProto::UINT16:
      return integers<uint16_t>(shape, count, tensor.int32_data());
    case kUInt4:
    case kInt4:
      return nibbles(shape, count);
    default:
      return std::nullopt;
    }
  }

private:
  const TensorProto &tensor;
  std::string raw;
  Builder builder;

  template <typename T, typename Field>
  std::optional<Numbers> floats(const std::vector<int64_t> &shape, size_t count, const Field &field,
                                Type type, std::string &reason) {
    std::string bytes = raw.empty() ? toBytes<T>(field) : std::move(raw);
    if (bytes.size() != count * sizeof(T) || !checkNumbers<T>(bytes, reason))
      return std::nullopt;
    return Numbers(makeConstant(RankedTensorType::get(shape, type), std::move(bytes)));
  }

  std::optional<Numbers> halves(const std::vector<int64_t> &shape, size_t count,
                                double (*convert)(uint16_t), std::string &reason) {
    std::vector<double> values(count);
    bool ok = raw.empty() ? copy(tensor.int32_data(), values, convert)
                          : decode<uint16_t>(raw, values, convert);
    if (!ok)
      return std::nullopt;
    std::string bytes(count * sizeof(float), 0);
    for (size_t i = 0; i < count; ++i) {
      auto value = static_cast<float>(values[i]);
      std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
    }
    if (!checkNumbers<float>(bytes, reason))
      return std::nullopt;
    auto type = RankedTensorType::get(shape, builder.getF32Type());
    return Numbers(makeConstant(type, std::move(bytes)));
  }

  template <typename T, typename Field>
  std::optional<Numbers> integers(const std::vector<int64_t> &shape, size_t count,
                                  const Field &field) {
    Integers result{shape, std::vector<int64_t>(count), tensor.data_type()};
    auto convert = [](auto x) { return static_cast<int64_t>(x); };
    bool ok =
        raw.empty() ? copy(field, result.values, convert) : decode<T>(raw, result.values, convert);
    return ok ? std::optional<Numbers>(std::move(result)) : std::nullopt;
  }

  /// Two elements a byte, the first in the lower half.
  std::optional<Numbers> nibbles(const std::vector<int64_t> &shape, size_t count) {
    std::vector<uint8_t> bytes((count + 1) / 2);
    auto convert = [](auto x) { return static_cast<uint8_t>(x); };
    bool ok = raw.empty() ? copy(tensor.int32_data(), bytes, convert)
                          : decode<uint8_t>(raw, bytes, convert);
    Integers result{shape, std::vector<int64_t>(count), tensor.data_type()};
    for (size_t i = 0; ok && i < count; ++i) {
      int64_t half = bytes[i / 2] >> (i % 2 * 4) & 15;
      result.values[i] = tensor.data_type() == kInt4 && half > 7 ? half - 16 : half;
    }
    return ok ? std::optional<Numbers>(std::move(result)) : std::nullopt;
  }
};

} // namespace

std::optional<size_t> findInfinity(ElementsAttr attr) {
  ArrayRef<char> bytes;
  if (auto dense = dyn_cast<DenseElementsAttr>(attr))
    bytes = dense.getRawData();
  else if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      bytes = blob->getData();
  return attr.getElementType().isF64() ? find<double>(bytes, isInfinite<double>)
                                       : find<float>(bytes, isInfinite<float>);
}

FailureOr<Numbers> readTensor(TensorProto &tensor, const std::string &folder, MLIRContext &context,
                              std::string &reason) {
  std::vector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  uint64_t count = 1;
  for (int64_t dimension : shape)
    if (dimension < 0 || __builtin_mul_overflow(count, uint64_t(dimension), &count) ||
        count > uint64_t{1} << 40) {
      reason = "its shape is not that of a tensor";
      return failure();
    }
  std::optional<std::string> bytes = takeBytes(tensor, folder, reason);
  if (!bytes)
    return failure();
  if (count / 2 >
      std::max<size_t>(bytes->size(), tensor.ByteSizeLong())) { // two elements a byte at most
    reason = "its data is shorter than its shape";
    return failure();
  }
  std::optional<Numbers> numbers =
      Reader(tensor, std::move(*bytes), context).read(shape, count, reason);
  if (numbers)
    return std::move(*numbers);
  if (reason.empty())
    reason = ONNX_NAMESPACE::TensorProto_DataType_IsValid(tensor.data_type())
                 ? "its data does not fit its shape, or its type " +
                       ONNX_NAMESPACE::TensorProto_DataType_Name(
                           static_cast<ONNX_NAMESPACE::TensorProto_DataType>(tensor.data_type())) +
                       " is not supported"
                 : "its type is unknown";
  return failure();
}

} // namespace snnc::onnx_import
