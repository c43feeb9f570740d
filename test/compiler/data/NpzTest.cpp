// Reading .npz files: both compressions, the 64-bit extension, and archives broken at each place
// that the reader relies on.

#include "compiler/data/Npz.h"
#include "Testing.h"
#include <zlib.h>

namespace snnc::data {
namespace {

// Offsets within the first header of a member, within a zip directory entry and within the end record.
constexpr size_t kLocalMethod = 8;
constexpr size_t kEntryFlags = 8, kEntryMethod = 10, kEntryPacked = 20;
constexpr size_t kEntryExtraSize = 30, kEntryOffset = 42;
constexpr size_t kEndCount = 10, kEndOffset = 16, kEndComment = 20;

const std::string kEntry = "PK\1\2";
const std::string kEnd = "PK\5\6";
const std::string kLongEnd = "PK\6\6";

void put(std::string &file, size_t at, uint64_t value, size_t width) {
  for (size_t i = 0; i < width; ++i)
    file[at + i] = static_cast<char>(value >> (8 * i));
}

/// An input with the field at `offset` after the first `signature` replaced.
std::string patched(const std::string &name, const std::string &signature, size_t offset,
                    uint32_t value, size_t width) {
  std::string file = readInput(name);
  size_t at = file.find(signature);
  if (at == std::string::npos)
    return "no such signature";
  put(file, at + offset, value, width);
  return file;
}

std::string openError(std::string_view file) { return errorOf(Npz::parse(bytesOf(file), "a.npz")); }

std::string readError(std::string_view file, std::string_view name = "x") {
  Result<Npz> npz = Npz::parse(bytesOf(file), "a.npz");
  return npz ? errorOf(npz->read(name)) : "cannot be opened: " + npz.error();
}

/// What libzip says of it in between is its own.
void expectBroken(const std::string &error, std::string_view begin, std::string_view end) {
  EXPECT_TRUE(error.starts_with(begin) && error.ends_with(end)) << error;
}

TEST(Npz, readsEveryType) {
  Result<Npz> npz = Npz::open(inputPath("types.npz"));
  ASSERT_TRUE(npz) << npz.error();
  EXPECT_EQ(npz->names().size(), 12u);
  for (const std::string &name : npz->names()) {
    Result<Array> array = npz->read(name);
    ASSERT_TRUE(array) << array.error();
    EXPECT_EQ(typeName(array->type), name);
    EXPECT_EQ(array->toDouble(1), 1);
    if (name == "bool")
      continue;
    EXPECT_EQ(array->toDouble(3), 100);
    std::optional<int64_t> expected = 100;
    EXPECT_EQ(array->toInteger(3), array->isFloat() ? std::nullopt : expected);
  }
}

TEST(Npz, readsStoredDeflatedAndLongArchives) {
  Result<Npz> stored = Npz::open(inputPath("stored.npz"));
  ASSERT_TRUE(stored) << stored.error();
  EXPECT_EQ(stored->names(), (std::vector<std::string>{"x", "y"}));
  EXPECT_TRUE(stored->contains("y"));
  EXPECT_FALSE(stored->contains("z"));
  Result<Array> labels = stored->read("y");
  ASSERT_TRUE(labels) << labels.error();
  EXPECT_EQ(labels->toInteger(0), 3);

  Result<Npz> packed = Npz::open(inputPath("deflated.npz"));
  ASSERT_TRUE(packed) << packed.error();
  Result<Array> zeros = packed->read("x");
  ASSERT_TRUE(zeros) << zeros.error();
  EXPECT_EQ(zeros->shape, (Shape{500, 2, 2}));

  Result<Npz> longer = Npz::open(inputPath("long.npz"));
  ASSERT_TRUE(longer) << longer.error();
  Result<Array> images = longer->read("x.npy");
  ASSERT_TRUE(images) << images.error();
  EXPECT_EQ(images->toInteger(15), 15);
}

TEST(Npz, findsTheDirectoryBeforeAComment) {
  std::string file = patched("stored.npz", kEnd, kEndComment, 5, 2) + "hello";
  EXPECT_EQ(readError(file), "no error");
}

TEST(Npz, refusesWhatIsNotNpz) {
  for (const std::string &file :
       {std::string(), std::string(100000, 'x'), readInput("stored.npz").substr(0, 300)})
    expectBroken(openError(file), "a.npz: cannot be read as a zip archive (",
                 "); it is cut short, damaged or not a .npz file");
  EXPECT_EQ(errorOf(Npz::open(inputPath("none.npz"))),
            inputPath("none.npz") + ": cannot be opened: No such file or directory");
}

TEST(Npz, namesWhatTheFileHas) {
  EXPECT_EQ(readError(readInput("stored.npz"), "images"),
            "a.npz: no array 'images', the file has 'x', 'y'");
}

TEST(Npz, refusesDamagedDirectories) {
  // The 64-bit numbers are announced at the end, but the field is too short for them, or longer than it may.
  for (const std::string &file :
       {patched("long.npz", kLongEnd, 0, 0, 4), patched("stored.npz", kEnd, kEndOffset, 123456, 4),
        patched("stored.npz", kEntry, 0, 0, 4), patched("stored.npz", kEnd, kEndCount, 3, 2),
        patched("stored.npz", kEntry, kEntryExtraSize, 60000, 2),
        patched("stored.npz", kEntry, kEntryOffset, 1, 4),
        patched("stored.npz", kEntry, kEntryPacked, 70000, 4),
        patched("long.npz", kEntry, 46 + 5 + 6 + 2, 8, 2),
        patched("long.npz", kEntry, 46 + 5 + 6 + 2, 99, 2)})
    expectBroken(openError(file), "a.npz: cannot be read as a zip archive (",
                 "); it is cut short, damaged or not a .npz file");
}

TEST(Npz, refusesMembersOfUnknownKind) {
  EXPECT_EQ(readError(patched("stored.npz", kEntry, kEntryFlags, 1, 2)),
            "a.npz: array 'x': encrypted members are not supported");
  std::string file = patched("stored.npz", kEntry, kEntryMethod, 14, 2);
  put(file, kLocalMethod, 14, 2);
  EXPECT_EQ(readError(file),
            "a.npz: array 'x': compression method 14 is not supported, only 0 (stored) and 8 "
            "(deflate) as np.savez and np.savez_compressed write");
}

TEST(Npz, refusesDamagedData) {
  std::string stored = readInput("stored.npz"), deflated = readInput("deflated.npz");
  ++stored[stored.find("NUMPY") + 140];
  deflated[deflated.find("x.npy") + 40] ^= 0x55;
  for (const std::string &file : {stored, deflated})
    expectBroken(readError(file), "a.npz: array 'x': cannot be unpacked (",
                 "); the file is damaged");
}

/// A zip archive of one stored member.
std::string zipOf(const std::string &name, const std::string &content) {
  std::string fields(26, '\0'); // of both of its headers
  put(fields, 0, 20, 2);
  put(fields, 10, crc32(0, reinterpret_cast<const Bytef *>(content.data()), content.size()), 4);
  put(fields, 14, content.size(), 4);
  put(fields, 18, content.size(), 4);
  put(fields, 22, name.size(), 2);
  std::string file = "PK\3\4" + fields + name + content, end(18, '\0');
  size_t directory = file.size();
  file += kEntry + std::string("\24\0", 2) + fields + std::string(14, '\0') + name;
  for (size_t at : {4, 6})
    put(end, at, 1, 2);
  put(end, 8, file.size() - directory, 4);
  put(end, 12, directory, 4);
  return file + kEnd + end;
}

TEST(Npz, namesFileAndMemberWhenTheArrayIsBroken) {
  EXPECT_EQ(readError(zipOf("x.npy", "four")),
            "a.npz: array 'x': not a .npy file, it does not begin as np.save writes it");
}

TEST(Npz, neverCrashesOnAnyChangedByte) {
  for (const char *name : {"stored.npz", "long.npz", "deflated.npz"}) {
    std::string file = readInput(name);
    ASSERT_FALSE(file.empty());
    for (size_t at = 0; at < file.size(); ++at) {
      for (char change : {'\x01', '\x80', '\xff'}) {
        std::string broken = file;
        broken[at] = static_cast<char>(broken[at] ^ change);
        Result<Npz> npz = Npz::parse(bytesOf(broken), "a.npz");
        if (!npz)
          continue;
        for (const std::string &member : npz->names())
          if (Result<Array> array = npz->read(member)) {
            EXPECT_EQ(array->size(), *countElements(array->shape));
          }
      }
    }
  }
}

} // namespace
} // namespace snnc::data
