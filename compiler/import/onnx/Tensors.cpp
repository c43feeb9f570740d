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
template <typename T, typename Element, typename Convert>
bool decode(const std::string &bytes, std::vector<Element> &values, Convert convert) {
  if (bytes.size() != values.size() * sizeof(T))
    return false;
  for (size_t i = 0; i < values.size(); ++i) {
    T stored;
    std::memcpy(&stored, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = convert(stored);
  }
  return true;
}

template <typename Field, typename Element, typename Convert>
bool copy(const Field &field, std::vector<Element> &values, Convert convert) {
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
data::Result<std::string> readExternal(const TensorProto &tensor, const std::string &folder) {
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
      return data::Error{"its external data has the " + entry.key() + " '" + entry.value() +
                         "', which is not a number"};
    }
  }
  bool escapes = llvm::sys::path::is_absolute(location);
  for (auto part = llvm::sys::path::begin(location); part != llvm::sys::path::end(location); ++part)
    escapes |= *part == "..";
  if (location.empty() || escapes) {
    return data::Error{"its external data is at '" + location + "', outside of the model's folder"};
  }
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, location);
  std::ifstream file(path.str().str(), std::ios::binary | std::ios::ate);
  if (!file) {
    return data::Error{"its external data file '" + location +
                       "' cannot be read: " + std::strerror(errno) + "; keep it beside the model"};
  }
  auto size = static_cast<uint64_t>(file.tellg());
  if (offset > size || length > size - offset) {
    return data::Error{"its external data ends beyond the end of '" + location + "' (" +
                       std::to_string(size) + " bytes)"};
  }
  std::string bytes(length ? length : size - offset, 0);
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!file) {
    return data::Error{"its external data file '" + location + "' cannot be read to its end"};
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
data::Status checkNumbers(const std::string &bytes) {
  if (std::optional<size_t> found = find<T>({bytes.data(), bytes.size()}, isNaN<T>))
    return data::Error{"element " + std::to_string(*found) +
                       " is NaN; was the training run stopped in time?"};
  return data::success();
}

/// The bytes of a tensor: taken out of it, or read from their own file.
data::Result<std::string> takeBytes(TensorProto &tensor, const std::string &folder) {
  if (tensor.data_location() == TensorProto::EXTERNAL)
    return readExternal(tensor, folder);
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

  /// Fails when the data do not fit or are no numbers.
  data::Result<Numbers> read(const std::vector<int64_t> &shape, size_t count) {
    switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return floats<float>(shape, count, tensor.float_data(), builder.getF32Type());
    case TensorProto::DOUBLE:
      return floats<double>(shape, count, tensor.double_data(), builder.getF64Type());
    case TensorProto::FLOAT16:
      return halves(shape, count, fromHalf);
    case TensorProto::BFLOAT16:
      return halves(shape, count, fromBFloat);
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
      return misfit();
    }
  }

private:
  const TensorProto &tensor;
  std::string raw;
  Builder builder;

  data::Error misfit() const {
    using namespace ONNX_NAMESPACE;
    if (!TensorProto_DataType_IsValid(tensor.data_type()))
      return {"its type is unknown"};
    auto type = static_cast<TensorProto_DataType>(tensor.data_type());
    return {"its data does not fit its shape, or its type " + TensorProto_DataType_Name(type) +
            " is not supported"};
  }

  template <typename T, typename Field>
  data::Result<Numbers> floats(const std::vector<int64_t> &shape, size_t count, const Field &field,
                               Type type) {
    std::string bytes = raw.empty() ? toBytes<T>(field) : std::move(raw);
    if (bytes.size() != count * sizeof(T))
      return misfit();
    if (data::Status checked = checkNumbers<T>(bytes); !checked)
      return data::Error{checked.error()};
    return Numbers(makeConstant(RankedTensorType::get(shape, type), std::move(bytes)));
  }

  data::Result<Numbers> halves(const std::vector<int64_t> &shape, size_t count,
                               double (*convert)(uint16_t)) {
    std::vector<double> values(count);
    bool ok = raw.empty() ? copy(tensor.int32_data(), values, convert)
                          : decode<uint16_t>(raw, values, convert);
    if (!ok)
      return misfit();
    std::string bytes(count * sizeof(float), 0);
    for (size_t i = 0; i < count; ++i) {
      auto value = static_cast<float>(values[i]);
      std::memcpy(bytes.data() + i * sizeof(float), &value, sizeof(float));
    }
    if (data::Status checked = checkNumbers<float>(bytes); !checked)
      return data::Error{checked.error()};
    auto type = RankedTensorType::get(shape, builder.getF32Type());
    return Numbers(makeConstant(type, std::move(bytes)));
  }

  template <typename T, typename Field>
  data::Result<Numbers> integers(const std::vector<int64_t> &shape, size_t count,
                                 const Field &field) {
    Integers result{shape, std::vector<int64_t>(count), tensor.data_type()};
    auto convert = [](auto x) { return static_cast<int64_t>(x); };
    bool ok =
        raw.empty() ? copy(field, result.values, convert) : decode<T>(raw, result.values, convert);
    return ok ? data::Result<Numbers>(std::move(result)) : misfit();
  }

  /// Two elements a byte, the first in the lower half.
  data::Result<Numbers> nibbles(const std::vector<int64_t> &shape, size_t count) {
    std::vector<uint8_t> bytes((count + 1) / 2);
    auto convert = [](auto x) { return static_cast<uint8_t>(x); };
    bool ok = raw.empty() ? copy(tensor.int32_data(), bytes, convert)
                          : decode<uint8_t>(raw, bytes, convert);
    Integers result{shape, std::vector<int64_t>(count), tensor.data_type()};
    for (size_t i = 0; ok && i < count; ++i) {
      int64_t half = bytes[i / 2] >> (i % 2 * 4) & 15;
      result.values[i] = tensor.data_type() == kInt4 && half > 7 ? half - 16 : half;
    }
    return ok ? data::Result<Numbers>(std::move(result)) : misfit();
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

data::Result<Numbers> readTensor(TensorProto &tensor, const std::string &folder,
                                 MLIRContext &context) {
  std::vector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  uint64_t count = 1;
  for (int64_t dimension : shape)
    if (dimension < 0 || __builtin_mul_overflow(count, uint64_t(dimension), &count) ||
        count > uint64_t{1} << 40)
      return data::Error{"its shape is not that of a tensor"};
  data::Result<std::string> bytes = takeBytes(tensor, folder);
  if (!bytes)
    return data::Error{bytes.error()};
  if (count / 2 >
      std::max<size_t>(bytes->size(), tensor.ByteSizeLong())) // two elements a byte at most
    return data::Error{"its data is shorter than its shape"};
  return Reader(tensor, std::move(*bytes), context).read(shape, count);
}

} // namespace snnc::onnx_import
