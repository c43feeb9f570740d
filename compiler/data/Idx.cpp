#include "compiler/data/Idx.h"
#include "compiler/data/Npy.h"

#include <fmt/format.h>

namespace snnc::data {

namespace {

constexpr size_t kPrologue = 4;

std::optional<Array::Type> typeOf(std::byte code) {
  using Type = Array::Type;
  switch (std::to_integer<int>(code)) {
  case 0x08:
    return Type::U8;
  case 0x09:
    return Type::I8;
  case 0x0b:
    return Type::I16;
  case 0x0c:
    return Type::I32;
  case 0x0d:
    return Type::F32;
  case 0x0e:
    return Type::F64;
  default:
    return std::nullopt;
  }
}

} // namespace

bool looksLikeIdx(ByteSpan file) {
  return file.size() >= kPrologue && file[0] == std::byte(0) && file[1] == std::byte(0) &&
         typeOf(file[2]) && file[3] != std::byte(0);
}

Result<Array> parseIdx(ByteSpan file, const std::string &where) {
  size_t rank = std::to_integer<size_t>(file[3]);
  size_t begin = kPrologue + 4 * rank;
  if (file.size() < begin)
    return Error{
        fmt::format("{}: the header of an IDX file of rank {} has {} bytes, but the file has "
                    "{}; it is cut short",
                    where, rank, begin, file.size())};
  Array array{*typeOf(file[2]), {}, {}};
  for (size_t at = kPrologue; at < begin; at += 4) {
    int64_t extent = 0;
    for (size_t i = 0; i < 4; ++i)
      extent = extent << 8 | std::to_integer<int64_t>(file[at + i]);
    array.shape.push_back(extent);
  }
  size_t size = itemSize(array.type);
  std::optional<int64_t> count = countElements(array.shape);
  ByteSpan elements = file.subspan(begin);
  if (!count || elements.size() % size != 0 || elements.size() / size != size_t(*count))
    return Error{
        fmt::format("{}: {} of shape {} does not fit the {} bytes after the header; the file "
                    "is cut short or damaged",
                    where, typeName(array.type), printShape(array.shape), elements.size())};
  array.bytes.assign(elements.begin(), elements.end());
  toNativeOrder(array.bytes, size, /*isBigEndian=*/true);
  return array;
}

} // namespace snnc::data
