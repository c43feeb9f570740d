// Reading .npz files: both compressions, the 64-bit extension, and archives broken at each place
// that the reader relies on.

#include "compiler/import/numpy/Npz.h"
#include "Testing.h"
#include <fmt/format.h>

namespace snnc::numpy {
namespace {

// Offsets within a zip directory entry and within the end record.
constexpr size_t kEntryFlags = 8, kEntryMethod = 10, kEntryChecksum = 16, kEntryPacked = 20;
constexpr size_t kEntrySize = 24, kEntryExtraSize = 30, kEntryOffset = 42;
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
  std::string expected = "a.npz: no zip directory at the end of the file; it is cut short or not a "
                         ".npz file";
  EXPECT_EQ(openError(""), expected);
  EXPECT_EQ(openError(std::string(100000, 'x')), expected);
  EXPECT_EQ(openError(readInput("stored.npz").substr(0, 300)), expected);
  EXPECT_EQ(errorOf(Npz::open(inputPath("none.npz"))),
            inputPath("none.npz") + ": cannot be opened: No such file or directory");
}

TEST(Npz, namesWhatTheFileHas) {
  EXPECT_EQ(readError(readInput("stored.npz"), "images"),
            "a.npz: no array 'images', the file has 'x', 'y'");
}

TEST(Npz, refusesDamagedDirectories) {
  std::string damaged = "a.npz: the zip directory is damaged: ";
  EXPECT_EQ(openError(patched("long.npz", kLongEnd, 0, 0, 4)),
            damaged + "its 64-bit end record is missing");
  std::string file = readInput("stored.npz");
  size_t size = file.size(), directory = file.find(kEnd) - file.find(kEntry);
  EXPECT_EQ(openError(patched("stored.npz", kEnd, kEndOffset, 123456, 4)),
            damaged + "it should have " + std::to_string(directory) +
                " bytes from byte 123456, but the file ends at " + std::to_string(size));
  EXPECT_EQ(openError(patched("stored.npz", kEntry, 0, 0, 4)),
            damaged + "its first entry is not an entry");
  EXPECT_EQ(openError(patched("stored.npz", kEnd, kEndCount, 3, 2)),
            damaged + "the entry after the last good one is not an entry");
  EXPECT_EQ(openError(patched("stored.npz", kEntry, kEntryExtraSize, 60000, 2)),
            damaged + "its first entry is longer than the directory");
  // The 64-bit numbers are announced, but the field is too short for them, or longer than it may.
  std::string broken = patched("long.npz", kEntry, 46 + 5 + 6 + 2, 8, 2);
  EXPECT_EQ(openError(broken), damaged + "member 'x.npy' has a broken extra field");
  broken = patched("long.npz", kEntry, 46 + 5 + 6 + 2, 99, 2);
  EXPECT_EQ(openError(broken), damaged + "member 'x.npy' has a broken extra field");
}

TEST(Npz, refusesMembersOfUnknownKind) {
  EXPECT_EQ(readError(patched("stored.npz", kEntry, kEntryFlags, 1, 2)),
            "a.npz: array 'x': encrypted members are not supported");
  EXPECT_EQ(readError(patched("stored.npz", kEntry, kEntryMethod, 14, 2)),
            "a.npz: array 'x': compression method 14 is not supported, only 0 (stored) and 8 "
            "(deflate) as np.savez and np.savez_compressed write");
}

TEST(Npz, refusesMembersThatAreNotWhereTheDirectorySays) {
  EXPECT_EQ(readError(patched("stored.npz", kEntry, kEntryOffset, 1, 4)),
            "a.npz: array 'x': byte 1 of the file is not where the member begins; the file is "
            "damaged");
  std::string size = std::to_string(readInput("stored.npz").size());
  EXPECT_EQ(readError(patched("stored.npz", kEntry, kEntryPacked, 70000, 4)),
            "a.npz: array 'x': the member should have 70000 bytes from byte 55, but the file ends "
            "at " +
                size + "; it is cut short or damaged");
}

TEST(Npz, refusesDamagedData) {
  std::string changed = readInput("stored.npz");
  std::string checksum = changed.substr(changed.find(kEntry) + kEntryChecksum, 4);
  uint32_t right = 0;
  for (size_t i = 4; i-- > 0;)
    right = right << 8 | static_cast<uint8_t>(checksum[i]);
  EXPECT_EQ(
      readError(patched("stored.npz", kEntry, kEntryChecksum, 0x1234, 4)),
      fmt::format("a.npz: array 'x': the checksum is {:08x}, but the directory says 00001234; "
                  "the file is damaged",
                  right));
  std::string size = std::to_string(500 * 4 * 4 + 128);
  EXPECT_EQ(
      readError(patched("deflated.npz", kEntry, kEntrySize, 100, 4)),
      "a.npz: array 'x': the compressed data are damaged: 100 of 100 bytes could be unpacked");
  EXPECT_EQ(readError(patched("deflated.npz", kEntry, kEntrySize, 9000, 4)),
            "a.npz: array 'x': the compressed data are damaged: " + size +
                " of 9000 bytes could be unpacked");
  EXPECT_EQ(readError(patched("deflated.npz", kEntry, kEntryPacked, 20, 4)),
            "a.npz: array 'x': the compressed data are damaged: 0 of " + size +
                " bytes could be unpacked");
  EXPECT_NE(readError(patched("deflated.npz", kEntry, kEntrySize, 0x7fffffff, 4))
                .find("a.npz: array 'x': 2147483647 bytes cannot come from "),
            std::string::npos);
}

TEST(Npz, namesFileAndMemberWhenTheArrayIsBroken) {
  // An archive of one stored member of four zero bytes: its checksum is right, but it is no array.
  std::string file = readInput("long.npz");
  size_t entry = file.find(kEntry);
  std::string content(4, '\0');
  // CRC-32 of four zero bytes.
  put(file, entry + kEntryChecksum, 0x2144df1c, 4);
  file.replace(35, 4, content);
  size_t sizes = entry + 46 + 5 + 6 + 4;
  put(file, sizes, 4, 8);
  put(file, sizes + 8, 4, 8);
  EXPECT_EQ(readError(file),
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
} // namespace snnc::numpy
