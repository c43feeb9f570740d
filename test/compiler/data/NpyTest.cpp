// Reading and writing .npy files: what numpy writes is read, what is broken is refused with a
// message, what is written is read back by numpy's rules.

#include "compiler/data/Npy.h"
#include "Testing.h"
#include <cmath>
#include <numeric>
#include <sys/stat.h>

namespace snnc::data {
namespace {

/// A version 1 file of this header and these elements.
std::string npyFile(std::string header, std::string_view elements = "", size_t claim = 0) {
  size_t length = claim ? claim : header.size();
  std::string start = "\x93NUMPY";
  start += {'\1', '\0', char(length & 255), char(length >> 8)};
  return start + header + std::string(elements);
}

std::string errorOfFile(std::string_view file) { return errorOf(parseNpy(bytesOf(file), "a.npy")); }

std::string errorOfHeader(std::string header) { return errorOfFile(npyFile(header, "1234")); }

/// Expects the numbers 0, 1, ... 23 of shape (2, 3, 4).
void expectCounting(const Result<Array> &array, Array::Type type) {
  ASSERT_TRUE(array) << array.error();
  EXPECT_EQ(array->type, type);
  EXPECT_EQ(array->shape, (Shape{2, 3, 4}));
  ASSERT_EQ(array->size(), 24);
  for (int i = 0; i < 24; ++i)
    EXPECT_EQ(array->toDouble(i), i);
}

TEST(Npy, readsAllVersionsByteOrdersAndElementOrders) {
  expectCounting(readNpy(inputPath("matrix.npy")), Array::Type::F32);
  expectCounting(readNpy(inputPath("matrix-v2.npy")), Array::Type::F32);
  expectCounting(readNpy(inputPath("matrix-v3.npy")), Array::Type::F32);
  expectCounting(readNpy(inputPath("matrix-fortran.npy")), Array::Type::F32);
  expectCounting(readNpy(inputPath("matrix-big.npy")), Array::Type::F64);
}

TEST(Npy, readsScalarsAndEmptyArrays) {
  Result<Array> scalar = readNpy(inputPath("scalar.npy"));
  ASSERT_TRUE(scalar) << scalar.error();
  EXPECT_TRUE(scalar->shape.empty());
  ASSERT_EQ(scalar->size(), 1);
  EXPECT_EQ(scalar->toDouble(0), 2.5);
  Result<Array> empty = readNpy(inputPath("empty.npy"));
  ASSERT_TRUE(empty) << empty.error();
  EXPECT_EQ(empty->shape, (Shape{0, 1, 2, 2}));
  EXPECT_EQ(empty->size(), 0);
}

TEST(Npy, readsHalves) {
  Result<Array> halves = readNpy(inputPath("halves.npy"));
  ASSERT_TRUE(halves) << halves.error();
  EXPECT_EQ(halves->toDouble(0), 1.5);
  EXPECT_EQ(halves->toDouble(1), 0);
  EXPECT_TRUE(std::signbit(halves->toDouble(1)));
  EXPECT_EQ(halves->toDouble(2), std::ldexp(1, -24));
  EXPECT_EQ(halves->toDouble(3), 65504);
  EXPECT_EQ(halves->toDouble(4), INFINITY);
  EXPECT_TRUE(std::isnan(halves->toDouble(5)));
}

TEST(Npy, readsTheHeaderInAnyOrderAndAsPython2WroteIt) {
  std::string file =
      npyFile("{\"shape\": (1L,),\n 'fortran_order':False,'descr' :'=i2'} \n", {"\x05\0", 2});
  Result<Array> array = parseNpy(bytesOf(file), "a.npy");
  ASSERT_TRUE(array) << array.error();
  EXPECT_EQ(array->shape, (Shape{1}));
  EXPECT_EQ(array->toInteger(0), 5);
}

TEST(Npy, refusesWhatIsNotNpy) {
  std::string expected = "a.npy: not a .npy file, it does not begin as np.save writes it";
  EXPECT_EQ(errorOfFile(""), expected);
  EXPECT_EQ(errorOfFile("PK\3\4 this is a zip file"), expected);
  EXPECT_EQ(errorOfFile(std::string("\x93NUMPY\4\0\0\0", 10)),
            "a.npy: version 4.0 of the .npy format is not known, only 1.0, 2.0 and 3.0; save the "
            "array again with np.save");
}

TEST(Npy, refusesHeadersThatAreCutShort) {
  EXPECT_EQ(
      errorOfFile(npyFile("{'descr'", "", 40000)),
      "a.npy: the header should have 40000 bytes, but only 8 follow; the file is cut short or "
      "damaged");
  EXPECT_EQ(errorOfFile(std::string("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14)),
            "a.npy: the header should have 4294967295 bytes, but only 2 follow; the file is cut "
            "short or damaged");
  EXPECT_EQ(errorOfFile(std::string("\x93NUMPY\1\0\1", 9)),
            "a.npy: the header should have 1 bytes, but only 0 follow; the file is cut short or "
            "damaged");
}

TEST(Npy, neverCrashesOnAFileCutAnywhere) {
  std::string whole = readInput("matrix-v2.npy");
  ASSERT_FALSE(whole.empty());
  for (size_t length = 0; length < whole.size(); ++length)
    EXPECT_FALSE(parseNpy(bytesOf(whole.substr(0, length)), "a.npy")) << length;
}

TEST(Npy, refusesHeadersThatNumpyDoesNotWrite) {
  auto malformed = [](int at) {
    return "a.npy: the header is not one that numpy writes, see its byte " + std::to_string(at) +
           "; save the array again with np.save";
  };
  EXPECT_EQ(errorOfHeader("no dictionary"), malformed(0));
  EXPECT_EQ(errorOfHeader("{'descr': '<f4', 'fortran_order': Maybe}"), malformed(34));
  EXPECT_EQ(errorOfHeader("{'shape': (-1,)}"), malformed(11));
  EXPECT_EQ(errorOfHeader("{'shape': (99999999999999999999,)}"), malformed(11));
  EXPECT_EQ(errorOfHeader("{'shape': (1 2)}"), malformed(13));
  EXPECT_EQ(errorOfHeader("{'shape': (1,"), malformed(13));
  EXPECT_EQ(errorOfHeader("{'shape': (1,) 'descr': '<f4'}"), malformed(15));
  EXPECT_EQ(errorOfHeader("{'descr': '<f4"), malformed(11));
  EXPECT_EQ(errorOfHeader("{'author': 'me'}"), malformed(10));
  EXPECT_EQ(errorOfHeader("{} and more"), malformed(3));
  std::string deep = "{'shape': (";
  for (int i = 0; i < 65; ++i)
    deep += "1,";
  EXPECT_EQ(errorOfHeader(deep + ")}"), malformed(11 + 2 * 64));
}

TEST(Npy, namesTheKeyThatIsMissing) {
  auto lacks = [](std::string key) {
    return "a.npy: the header lacks '" + key + "'; save the array again with np.save";
  };
  EXPECT_EQ(errorOfHeader("{}"), lacks("descr"));
  EXPECT_EQ(errorOfHeader("{'descr': '<f4'}"), lacks("fortran_order"));
  EXPECT_EQ(errorOfHeader("{'descr': '<f4', 'fortran_order': True}"), lacks("shape"));
}

TEST(Npy, refusesElementsThatAreNotNumbers) {
  EXPECT_EQ(errorOf(readNpy(inputPath("object.npy"))),
            inputPath("object.npy") +
                ": pickled arrays (dtype object) are not supported; save numbers, for instance "
                "x.astype('float32')");
  EXPECT_EQ(errorOf(readNpy(inputPath("structured.npy"))),
            inputPath("structured.npy") +
                ": structured arrays are not supported; save each field as an array of its own");
  EXPECT_EQ(errorOf(readNpy(inputPath("complex.npy"))),
            inputPath("complex.npy") +
                ": dtype '<c8' is not supported, only booleans, integers and floats up to 64 bits; "
                "save for instance x.astype('float32')");
  EXPECT_EQ(errorOfHeader("{'descr': '', 'fortran_order': False, 'shape': ()}"),
            "a.npy: dtype '' is not supported, only booleans, integers and floats up to 64 bits; "
            "save for instance x.astype('float32')");
}

TEST(Npy, refusesShapesThatTheBytesDoNotFit) {
  auto header = [](std::string shape) {
    return "{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + "}";
  };
  EXPECT_EQ(errorOfHeader(header("(3,)")),
            "a.npy: float32 of shape (3,) needs 12 bytes, but 4 follow the header; the file is cut "
            "short or damaged");
  EXPECT_EQ(
      errorOfHeader(header("(0, 2)")),
      "a.npy: float32 of shape (0, 2) needs 0 bytes, but 4 follow the header; the file is cut "
      "short or damaged");
  EXPECT_EQ(errorOfHeader(header("(4294967296, 4294967296)")),
            "a.npy: no file can hold an array of shape (4294967296, 4294967296); the header is "
            "damaged");
  EXPECT_EQ(errorOfHeader(header("(4611686018427387904,)")),
            "a.npy: no file can hold an array of shape (4611686018427387904,); the header is "
            "damaged");
  EXPECT_EQ(errorOfHeader(header("(0, 4294967296, 4294967296)")),
            "a.npy: no file can hold an array of shape (0, 4294967296, 4294967296); the header is "
            "damaged");
}

TEST(Npy, writesWhatNumpyWrites) {
  std::vector<float> numbers(24);
  std::iota(numbers.begin(), numbers.end(), 0.0f);
  std::string written = textOf(encodeNpy(makeArray({2, 3, 4}, std::span<const float>(numbers))));
  EXPECT_EQ(written, readInput("matrix.npy"));
}

using NpyFile = FolderTest;

TEST_F(NpyFile, readsBackWhatItWrites) {
  std::vector<int64_t> labels = {-1, 0, INT64_MAX};
  std::vector<double> numbers = {0.1, -3};
  std::vector<uint8_t> levels = {0, 255};
  ASSERT_TRUE(writeNpy(inFolder("a.npy"), makeArray({3}, std::span<const int64_t>(labels))));
  Result<Array> array = readNpy(inFolder("a.npy"));
  ASSERT_TRUE(array) << array.error();
  EXPECT_EQ(array->toInteger(0), -1);
  EXPECT_EQ(array->toInteger(2), INT64_MAX);
  ASSERT_TRUE(writeNpy(inFolder("a.npy"), makeArray({2, 1}, std::span<const double>(numbers))));
  array = readNpy(inFolder("a.npy"));
  ASSERT_TRUE(array) << array.error();
  EXPECT_EQ(array->shape, (Shape{2, 1}));
  EXPECT_EQ(array->toDouble(0), 0.1);
  EXPECT_EQ(array->toInteger(0), std::nullopt);
  ASSERT_TRUE(writeNpy(inFolder("a.npy"), makeArray({2}, std::span<const uint8_t>(levels))));
  array = readNpy(inFolder("a.npy"));
  ASSERT_TRUE(array) << array.error();
  EXPECT_EQ(array->toDouble(1), 255);
}

TEST_F(NpyFile, leavesNothingBehind) {
  write("a.npy", "first");
  write("a.npy", "second");
  Result<Bytes> content = readFile(inFolder("a.npy"));
  ASSERT_TRUE(content);
  EXPECT_EQ(textOf(*content), "second");
  // A folder cannot be written to; neither can the new file take its name.
  std::filesystem::create_directory(inFolder("folder"));
  EXPECT_EQ(errorOf(writeFile(inFolder("folder"), bytesOf("text"))),
            inFolder("folder") + ": cannot be written: Is a directory");
  EXPECT_EQ(errorOf(writeFile(inFolder("missing/a.npy"), bytesOf("text"))),
            inFolder("missing/a.npy") + ": cannot be written: No such file or directory");
  size_t files = std::distance(std::filesystem::directory_iterator(folder), {});
  EXPECT_EQ(files, 2u);
}

TEST_F(NpyFile, writesThroughLinksAndToDevices) {
  write("target", "old");
  std::filesystem::create_symlink("target", inFolder("link"));
  write("link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(inFolder("link")));
  Result<Bytes> content = readFile(inFolder("target"));
  ASSERT_TRUE(content);
  EXPECT_EQ(textOf(*content), "new");
  EXPECT_TRUE(writeFile("/dev/null", bytesOf("text")));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
  if (std::filesystem::exists("/dev/full")) {
    EXPECT_EQ(errorOf(writeFile("/dev/full", bytesOf("text"))),
              "/dev/full: cannot be written: No space left on device");
  }
}

TEST_F(NpyFile, namesFilesThatCannotBeRead) {
  EXPECT_EQ(errorOf(readNpy(inFolder("none.npy"))),
            inFolder("none.npy") + ": cannot be opened: No such file or directory");
  EXPECT_EQ(errorOf(readNpy(folder)), folder + ": cannot be read: Is a directory");
}

} // namespace
} // namespace snnc::data
