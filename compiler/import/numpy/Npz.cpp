#include "compiler/import/numpy/Npz.h"

#include <algorithm>
#include <fmt/format.h>
#include <zlib.h>

// The layout of a zip archive is described in PKWARE's APPNOTE.TXT: local headers with their data,
// then the directory (one header per member), then, where numbers do not fit into 32 bits, the
// 64-bit end record and its locator, then the end record.

namespace snnc::numpy {

namespace {

constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kMemberSignature = 0x02014b50;
constexpr uint32_t kEndSignature = 0x06054b50;
constexpr uint32_t kLongEndSignature = 0x06064b50;
constexpr uint32_t kLocatorSignature = 0x07064b50;

constexpr uint64_t kLocalSize = 30;
constexpr uint64_t kMemberSize = 46;
constexpr uint64_t kEndSize = 22;
constexpr uint64_t kLongEndSize = 56;
constexpr uint64_t kLocatorSize = 20;

/// The value of a 32-bit field whose number is in the 64-bit extension.
constexpr uint64_t kIsLong = 0xffffffff;
constexpr uint32_t kLongFieldsTag = 1;

constexpr uint32_t kStored = 0;
constexpr uint32_t kDeflated = 8;

/// A little-endian number. The caller has checked that it lies within the bytes.
uint64_t number(ByteSpan bytes, uint64_t at, unsigned width) {
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i)
    value |= std::to_integer<uint64_t>(bytes[at + i]) << (8 * i);
  return value;
}
uint32_t u16(ByteSpan bytes, uint64_t at) { return static_cast<uint32_t>(number(bytes, at, 2)); }
uint32_t u32(ByteSpan bytes, uint64_t at) { return static_cast<uint32_t>(number(bytes, at, 4)); }
uint64_t u64(ByteSpan bytes, uint64_t at) { return number(bytes, at, 8); }

bool fits(ByteSpan bytes, uint64_t at, uint64_t size) {
  return at <= bytes.size() && size <= bytes.size() - at;
}

bool hasSignature(ByteSpan bytes, uint64_t at, uint64_t size, uint32_t signature) {
  return fits(bytes, at, size) && u32(bytes, at) == signature;
}

/// Where the end record is: the last one whose comment ends with the file.
std::optional<uint64_t> findEnd(ByteSpan file) {
  if (file.size() < kEndSize)
    return std::nullopt;
  uint64_t last = file.size() - kEndSize;
  uint64_t first = last - std::min<uint64_t>(last, 0xffff);
  for (uint64_t at = last + 1; at-- > first;)
    if (u32(file, at) == kEndSignature && u16(file, at + 20) == last - at)
      return at;
  return std::nullopt;
}

uint32_t checksumOf(ByteSpan bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

} // namespace

struct Npz::Directory {
  uint64_t offset = 0;
  uint64_t size = 0;
  uint64_t count = 0;
};

Error Npz::damaged(std::string_view what) const {
  return Error{fmt::format("{}: the zip directory is damaged: {}", path, what)};
}

Result<Npz::Directory> Npz::findDirectory() const {
  std::optional<uint64_t> end = findEnd(file);
  if (!end)
    return Error{
        fmt::format("{}: no zip directory at the end of the file; it is cut short or not a "
                    ".npz file",
                    path)};
  Directory directory{u32(file, *end + 16), u32(file, *end + 12), u16(file, *end + 10)};
  if (*end >= kLocatorSize &&
      hasSignature(file, *end - kLocatorSize, kLocatorSize, kLocatorSignature)) {
    uint64_t at = u64(file, *end - kLocatorSize + 8);
    if (!hasSignature(file, at, kLongEndSize, kLongEndSignature))
      return damaged("its 64-bit end record is missing");
    directory = {u64(file, at + 48), u64(file, at + 40), u64(file, at + 32)};
  }
  if (!fits(file, directory.offset, directory.size))
    return damaged(fmt::format("it should have {} bytes from byte {}, but the file ends at {}",
                               directory.size, directory.offset, file.size()));
  return directory;
}

/// Numbers that did not fit into 32 bits follow each other in this order in the extra field.
bool Npz::readLongFields(ByteSpan extra, Member &member) const {
  uint64_t at = 0;
  while (fits(extra, at, 4)) {
    uint64_t tag = u16(extra, at), length = u16(extra, at + 2);
    at += 4;
    if (!fits(extra, at, length))
      return false;
    if (tag == kLongFieldsTag) {
      ByteSpan values = extra.subspan(at, length);
      uint64_t next = 0;
      for (uint64_t *field : {&member.size, &member.packedSize, &member.offset}) {
        if (*field != kIsLong)
          continue;
        if (!fits(values, next, 8))
          return false;
        *field = u64(values, next);
        next += 8;
      }
    }
    at += length;
  }
  return true;
}

Status Npz::readMember(uint64_t &at, uint64_t end) {
  std::string_view order =
      members.empty() ? "its first entry" : "the entry after the last good one";
  if (at > end || end - at < kMemberSize || u32(file, at) != kMemberSignature)
    return damaged(fmt::format("{} is not an entry", order));
  uint64_t nameSize = u16(file, at + 28), extraSize = u16(file, at + 30);
  uint64_t commentSize = u16(file, at + 32);
  if (end - at - kMemberSize < nameSize + extraSize + commentSize)
    return damaged(fmt::format("{} is longer than the directory", order));
  Member member;
  member.isEncrypted = u16(file, at + 8) & 1;
  member.method = u16(file, at + 10);
  member.checksum = u32(file, at + 16);
  member.packedSize = u32(file, at + 20);
  member.size = u32(file, at + 24);
  member.offset = u32(file, at + 42);
  const char *name = reinterpret_cast<const char *>(file.data() + at + kMemberSize);
  member.name.assign(name, nameSize);
  ByteSpan extra = ByteSpan(file).subspan(at + kMemberSize + nameSize, extraSize);
  if (!readLongFields(extra, member))
    return damaged(fmt::format("member '{}' has a broken extra field", member.name));
  members.push_back(std::move(member));
  at += kMemberSize + nameSize + extraSize + commentSize;
  return success();
}

Status Npz::readDirectory() {
  Result<Directory> directory = findDirectory();
  if (!directory)
    return Error{directory.error()};
  uint64_t at = directory->offset, end = directory->offset + directory->size;
  for (uint64_t i = 0; i < directory->count; ++i)
    if (Status status = readMember(at, end); !status)
      return status;
  return success();
}

Result<Npz> Npz::parse(Bytes file, const std::string &path) {
  Npz npz;
  npz.path = path;
  npz.file = std::move(file);
  if (Status status = npz.readDirectory(); !status)
    return Error{status.error()};
  return npz;
}

Result<Npz> Npz::open(const std::string &path) {
  Result<Bytes> file = readFile(path);
  if (!file)
    return Error{file.error()};
  return parse(std::move(*file), path);
}

std::vector<std::string> Npz::names() const {
  std::vector<std::string> result;
  for (const Member &member : members)
    result.push_back(member.name.ends_with(".npy") ? member.name.substr(0, member.name.size() - 4)
                                                   : member.name);
  return result;
}

const Npz::Member *Npz::find(std::string_view name) const {
  for (const Member &member : members)
    if (member.name == name ||
        (member.name.ends_with(".npy") && member.name.size() == name.size() + 4 &&
         member.name.starts_with(name)))
      return &member;
  return nullptr;
}

bool Npz::contains(std::string_view name) const { return find(name) != nullptr; }

Result<ByteSpan> Npz::packedBytes(const Member &member, const std::string &where) const {
  if (!hasSignature(file, member.offset, kLocalSize, kLocalSignature))
    return Error{fmt::format("{}: byte {} of the file is not where the member begins; the file is "
                             "damaged",
                             where, member.offset)};
  uint64_t begin = member.offset + kLocalSize;
  begin += u16(file, member.offset + 26) + u16(file, member.offset + 28);
  if (!fits(file, begin, member.packedSize))
    return Error{
        fmt::format("{}: the member should have {} bytes from byte {}, but the file ends at "
                    "{}; it is cut short or damaged",
                    where, member.packedSize, begin, file.size())};
  return ByteSpan(file).subspan(begin, member.packedSize);
}

Result<Bytes> Npz::unpack(const Member &member, const std::string &where) const {
  if (member.isEncrypted)
    return Error{fmt::format("{}: encrypted members are not supported", where)};
  if (member.method != kStored && member.method != kDeflated)
    return Error{fmt::format("{}: compression method {} is not supported, only 0 (stored) and 8 "
                             "(deflate) as np.savez and np.savez_compressed write",
                             where, member.method)};
  Result<ByteSpan> packed = packedBytes(member, where);
  if (!packed)
    return Error{packed.error()};
  Result<Bytes> bytes = member.method == kStored ? Bytes(packed->begin(), packed->end())
                                                 : inflateRaw(*packed, member.size, where);
  if (bytes && checksumOf(*bytes) != member.checksum)
    return Error{
        fmt::format("{}: the checksum is {:08x}, but the directory says {:08x}; the file is "
                    "damaged",
                    where, checksumOf(*bytes), member.checksum)};
  return bytes;
}

Result<Array> Npz::read(std::string_view name) const {
  const Member *member = find(name);
  if (!member)
    return Error{fmt::format("{}: no array '{}', the file has '{}'", path, name,
                             fmt::join(names(), "', '"))};
  std::string where = fmt::format("{}: array '{}'", path, name);
  Result<Bytes> bytes = unpack(*member, where);
  if (!bytes)
    return Error{bytes.error()};
  return parseNpy(*bytes, where);
}

bool looksLikeZip(ByteSpan file) {
  return hasSignature(file, 0, 4, kLocalSignature) || hasSignature(file, 0, 4, kEndSignature);
}

} // namespace snnc::numpy
