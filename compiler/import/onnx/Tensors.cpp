#include "compiler/import/onnx/Tensors.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cmath>
#include <cstring>

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
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file) {
    reason = "its external data file '" + location +
             "' cannot be read: " + file.getError().message() + "; keep it beside the model";
    return std::nullopt;
  }
  uint64_t size = (*file)->getBufferSize();
  if (offset > size || length > size - offset) {
    reason = "its external data ends beyond the end of '" + location + "' (" +
             std::to_string(size) + " bytes)";
    return std::nullopt;
  }
  return (*file)->getBuffer().substr(offset, length ? length : size - offset).str();
}

class Reader {
public:
  Reader(const TensorProto &tensor, const std::string &raw) : tensor(tensor), raw(raw) {}

  std::optional<Numbers> read(std::vector<int64_t> shape, size_t count) {
    switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      return floats<float>(shape, count, tensor.float_data(), [](float x) { return double(x); });
    case TensorProto::DOUBLE:
      return floats<double>(shape, count, tensor.double_data(), [](double x) { return x; }, true);
    case TensorProto::FLOAT16:
      return floats<uint16_t>(shape, count, tensor.int32_data(), fromHalf);
    case TensorProto::BFLOAT16:
      return floats<uint16_t>(shape, count, tensor.int32_data(), fromBFloat);
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
    default:
      return std::nullopt;
    }
  }

private:
  const TensorProto &tensor;
  const std::string &raw;

  template <typename T, typename Field, typename Convert>
  std::optional<Numbers> floats(std::vector<int64_t> shape, size_t count, const Field &field,
                                Convert convert, bool isDouble = false) {
    Floats result{std::move(shape), std::vector<double>(count), isDouble};
    bool ok =
        raw.empty() ? copy(field, result.values, convert) : decode<T>(raw, result.values, convert);
    return ok ? std::optional<Numbers>(std::move(result)) : std::nullopt;
  }

  template <typename T, typename Field>
  std::optional<Numbers> integers(std::vector<int64_t> shape, size_t count, const Field &field) {
    Integers result{std::move(shape), std::vector<int64_t>(count)};
    auto convert = [](auto x) { return static_cast<int64_t>(x); };
    bool ok =
        raw.empty() ? copy(field, result.values, convert) : decode<T>(raw, result.values, convert);
    return ok ? std::optional<Numbers>(std::move(result)) : std::nullopt;
  }
};

/// Weights must be numbers: a NaN would spread through the whole network in silence.
bool checkFinite(const Floats &floats, std::string &reason) {
  for (size_t i = 0; i < floats.values.size(); ++i)
    if (!std::isfinite(floats.values[i])) {
      reason = "element " + std::to_string(i) + " is " +
               (std::isnan(floats.values[i]) ? "NaN" : "infinite") +
               "; was the training run stopped in time?";
      return false;
    }
  return true;
}

} // namespace

FailureOr<Numbers> readTensor(const TensorProto &tensor, const std::string &folder,
                              std::string &reason) {
  std::vector<int64_t> shape(tensor.dims().begin(), tensor.dims().end());
  uint64_t count = 1;
  for (int64_t dimension : shape)
    if (dimension < 0 || __builtin_mul_overflow(count, uint64_t(dimension), &count) ||
        count > uint64_t{1} << 40) {
      reason = "its shape is not that of a tensor";
      return failure();
    }
  std::string raw;
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    std::optional<std::string> external = readExternal(tensor, folder, reason);
    if (!external)
      return failure();
    raw = std::move(*external);
  }
  const std::string &bytes = raw.empty() ? tensor.raw_data() : raw;
  size_t stored = std::max<size_t>(bytes.size(), tensor.ByteSizeLong());
  if (count > stored) {
    reason = "its data is shorter than its shape";
    return failure();
  }
  std::optional<Numbers> numbers = Reader(tensor, bytes).read(std::move(shape), count);
  if (!numbers) {
    reason = ONNX_NAMESPACE::TensorProto_DataType_IsValid(tensor.data_type())
                 ? "its data does not fit its shape, or its type " +
                       ONNX_NAMESPACE::TensorProto_DataType_Name(
                           static_cast<ONNX_NAMESPACE::TensorProto_DataType>(tensor.data_type())) +
                       " is not supported"
                 : "its type is unknown";
    return failure();
  }
  if (auto *floats = std::get_if<Floats>(&*numbers); floats && !checkFinite(*floats, reason))
    return failure();
  return std::move(*numbers);
}

} // namespace snnc::onnx_import
