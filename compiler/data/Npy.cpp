#include "compiler/data/Npy.h"
#include "compiler/data/NpyHeader.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fmt/format.h>
#include <iterator>

namespace snnc::data {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

/// Magic, version, and the header's length in two bytes.
constexpr size_t kPrologue = 10;

/// numpy wants the elements to begin at a multiple of this.
constexpr size_t kAlignment = 64;

/// Elements in column-major order, put into row-major order.
Bytes transposeFortran(const Bytes &bytes, ShapeRef shape, size_t size) {
  std::vector<size_t> strides(shape.size());
  size_t stride = size;
  for (size_t axis = 0; axis < shape.size(); stride *= shape[axis++])
    strides[axis] = stride;
  Bytes result(bytes.size());
  Shape index(shape.size(), 0);
  size_t from = 0;
  for (size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(result.data() + to, bytes.data() + from, size);
    for (size_t axis = shape.size(); axis-- > 0;) {
      from += strides[axis];
      if (++index[axis] < shape[axis])
        break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

/// The letters of the type in a header, without the byte order.
std::string_view codeOf(Array::Type type) {
  constexpr std::string_view codes[] = {"u1", "i1", "i2", "u2", "i4", "u4",
                                        "i8", "u8", "f2", "f4", "f8", "b1"};
  static_assert(std::size(codes) == Array::kTypeCount);
  return codes[static_cast<size_t>(type)];
}

/// The header's text; `file` is shortened to what follows it.
Result<std::string_view> takeHeader(ByteSpan &file, const std::string &where) {
  if (!looksLikeNpy(file))
    return Error{fmt::format("{}: not a .npy file, it does not begin as np.save writes it", where)};
  auto byteAt = [&](size_t i) { return i < file.size() ? std::to_integer<uint32_t>(file[i]) : 0; };
  uint32_t major = byteAt(6), minor = byteAt(7);
  if (major < 1 || major > 3 || minor != 0)
    return Error{fmt::format("{}: version {}.{} of the .npy format is not known, only 1.0, 2.0 and "
                             "3.0; save the array again with np.save",
                             where, major, minor)};
  size_t prologue = major == 1 ? kPrologue : kPrologue + 2;
  size_t length = byteAt(8) | byteAt(9) << 8;
  if (major > 1)
    length |= byteAt(10) << 16 | byteAt(11) << 24;
  size_t available = file.size() > prologue ? file.size() - prologue : 0;
  if (file.size() < prologue || length > available)
    return Error{fmt::format("{}: the header should have {} bytes, but only {} follow; the file is "
                             "cut short or damaged",
                             where, length, available)};
  std::string_view text(reinterpret_cast<const char *>(file.data() + prologue), length);
  file = file.subspan(prologue + length);
  return text;
}

} // namespace

bool looksLikeNpy(ByteSpan file) {
  return file.size() >= kMagic.size() &&
         std::memcmp(file.data(), kMagic.data(), kMagic.size()) == 0;
}

void toNativeOrder(Bytes &bytes, size_t itemSize, bool isBigEndian) {
  if (isBigEndian == (std::endian::native == std::endian::big))
    return;
  for (size_t i = 0; i + itemSize <= bytes.size(); i += itemSize)
    std::reverse(bytes.begin() + i, bytes.begin() + i + itemSize);
}

Result<Array> parseNpy(ByteSpan file, const std::string &where) {
  Result<std::string_view> text = takeHeader(file, where);
  if (!text)
    return Error{text.error()};
  Result<NpyHeader> header = parseNpyHeader(*text, where);
  if (!header)
    return Error{header.error()};
  size_t size = itemSize(header->type);
  std::optional<int64_t> count = countElements(header->shape);
  if (!count || *count > INT64_MAX / static_cast<int64_t>(size))
    return Error{fmt::format("{}: no file can hold an array of shape {}; the header is damaged",
                             where, printShape(header->shape))};
  if (file.size() != *count * size)
    return Error{fmt::format(
        "{}: {} of shape {} needs {} bytes, but {} follow the header; the file "
        "is cut short or damaged",
        where, typeName(header->type), printShape(header->shape), *count * size, file.size())};
  Array array{header->type, header->shape, Bytes(file.begin(), file.end())};
  toNativeOrder(array.bytes, size, header->isBigEndian);
  if (header->isFortranOrder)
    array.bytes = transposeFortran(array.bytes, array.shape, size);
  return array;
}

Bytes encodeNpy(const Array &array) {
  char order = itemSize(array.type) == 1                    ? '|'
               : std::endian::native == std::endian::little ? '<'
                                                            : '>';
  std::string header = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}",
                                   order, codeOf(array.type), printShape(array.shape));
  size_t padded = (kPrologue + header.size() + kAlignment) / kAlignment * kAlignment - kPrologue;
  header.resize(padded - 1, ' ');
  header += '\n';
  std::string start(kMagic);
  start += {'\1', '\0', static_cast<char>(padded & 255), static_cast<char>(padded >> 8)};
  start += header;
  ByteSpan head = std::as_bytes(std::span(start));
  Bytes file(head.begin(), head.end());
  file.insert(file.end(), array.bytes.begin(), array.bytes.end());
  return file;
}

Result<Array> readNpy(const std::string &path) {
  Result<Bytes> file = readFile(path);
  if (!file)
    return Error{file.error()};
  return parseNpy(*file, path);
}

Status writeNpy(const std::string &path, const Array &array) {
  return writeFile(path, encodeNpy(array));
}

} // namespace snnc::data
