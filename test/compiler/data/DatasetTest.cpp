// Images and labels: every kind of file that holds them, the numbers they become, and what is
// refused because a network could not be fed with it.

#include "compiler/data/Dataset.h"
#include "Testing.h"
#include "compiler/data/Npy.h"
#include <cmath>
#include <limits>
#include <zlib.h>

namespace snnc::data {
namespace {

std::string idxFile(std::string_view type, std::initializer_list<int> extents,
                    std::string_view elements) {
  std::string file{'\0', '\0'};
  file += type;
  file += static_cast<char>(extents.size());
  for (int extent : extents)
    file += {'\0', '\0', static_cast<char>(extent >> 8), static_cast<char>(extent)};
  return file + std::string(elements);
}

std::string gzipped(std::string text) {
  std::string packed(compressBound(text.size()) + 64, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef *>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef *>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

class DatasetTest : public FolderTest {
protected:
  template <typename T>
  std::string writeArray(const std::string &name, Shape shape, std::vector<T> numbers) {
    EXPECT_TRUE(writeNpy(inFolder(name), makeArray(shape, std::span<const T>(numbers))));
    return inFolder(name);
  }

  /// Two images of one float.
  std::string twoImages() { return writeArray<float>("x.npy", {2, 1}, {1, 2}); }

  /// The error of labels for two images, without the file's name.
  std::string labelError(const std::string &labels) {
    std::string error = errorOf(Dataset::load(twoImages(), labels));
    return error.starts_with(labels) ? error.substr(labels.size()) : error;
  }
};

TEST_F(DatasetTest, readsBundledImages) {
  Result<Dataset> data = Dataset::load(SNNC_TEST_DIR "/models/digits_test.npz");
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->size(), 360);
  EXPECT_EQ(data->imageSize(), 64);
  EXPECT_TRUE(data->checkShape(Shape{1, 8, 8}));
  ASSERT_TRUE(data->hasLabels());
  double largest = 0;
  std::vector<double> image(64);
  for (int64_t i = 0; i < data->size(); ++i) {
    EXPECT_LT(data->label(i), 10);
    data->image(i, image.data());
    for (double number : image)
      largest = std::max(largest, number);
  }
  EXPECT_EQ(largest, 1);
}

TEST_F(DatasetTest, dividesBytesBy255AndNothingElse) {
  Result<Dataset> bytes = Dataset::load(inputPath("stored.npz"));
  ASSERT_TRUE(bytes) << bytes.error();
  EXPECT_EQ(bytes->label(1), 1);
  std::vector<float> image(4);
  bytes->image(3, image.data());
  EXPECT_EQ(image, (std::vector<float>{12 / 255.f, 13 / 255.f, 14 / 255.f, 15 / 255.f}));
  Result<Dataset> integers = Dataset::load(writeArray<int64_t>("x.npy", {1, 2}, {-7, 255}));
  ASSERT_TRUE(integers) << integers.error();
  integers->image(0, image.data());
  EXPECT_EQ(image[0], -7);
  EXPECT_EQ(image[1], 255);
  EXPECT_FALSE(integers->hasLabels());
}

TEST_F(DatasetTest, takesLabelsFromTheirOwnFile) {
  std::string labels = writeArray<int64_t>("y.npy", {2}, {4, 2});
  Result<Dataset> data = Dataset::load(twoImages(), labels);
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->label(0), 4);
  // They replace those of the .npz file, and a column of labels is as good as a list.
  data = Dataset::load(inputPath("stored.npz"), writeArray<uint8_t>("y.npy", {4, 1}, {9, 8, 7, 6}));
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->label(3), 6);
  data = Dataset::load(writeArray<float>("x.npy", {4, 1}, {1, 2, 3, 4}), inputPath("stored.npz"));
  ASSERT_TRUE(data) << data.error();
  EXPECT_EQ(data->label(0), 3);
}

TEST_F(DatasetTest, readsIdxGzippedOrNot) {
  std::string images = idxFile("\x08", {2, 2, 2}, "abcdefgh");
  std::string labels = idxFile("\x08", {2}, {"\x05\0", 2});
  Result<Dataset> data = Dataset::load(write("x", gzipped(images)), write("y.gz", gzipped(labels)));
  ASSERT_TRUE(data) << data.error();
  EXPECT_TRUE(data->checkShape(Shape{1, 2, 2}));
  EXPECT_EQ(data->label(0), 5);
  std::vector<double> image(4);
  data->image(1, image.data());
  EXPECT_EQ(image[0], 'e' / 255.0);

  struct Case {
    std::string_view type, elements;
    double expected;
  };
  using namespace std::string_view_literals;
  for (Case c :
       {Case{"\x09", "\xff", -1}, Case{"\x0b", "\xff\xfe"sv, -2}, Case{"\x0c", "\0\1\0\0"sv, 65536},
        Case{"\x0d", "\x3f\xc0\0\0"sv, 1.5}, Case{"\x0e", "\x3f\xf8\0\0\0\0\0\0"sv, 1.5}}) {
    data = Dataset::load(write("x.idx", idxFile(c.type, {1, 1}, c.elements)));
    ASSERT_TRUE(data) << data.error();
    data->image(0, image.data());
    EXPECT_EQ(image[0], c.expected);
  }
}

TEST_F(DatasetTest, refusesBrokenIdxAndGzip) {
  std::string path = write("x.idx", idxFile("\x08", {3, 2, 2}, "abcdefgh"));
  EXPECT_EQ(errorOf(Dataset::load(path)),
            path + ": uint8 of shape (3, 2, 2) does not fit the 8 bytes after the header; the file "
                   "is cut short or damaged");
  write("x.idx", std::string("\0\0\x08\x03\0\0", 6));
  EXPECT_EQ(errorOf(Dataset::load(path)),
            path + ": the header of an IDX file of rank 3 has 16 bytes, but the file has 6; it is "
                   "cut short");
  std::string packed = gzipped(idxFile("\x08", {2, 2, 2}, "abcdefgh"));
  std::string expected = path + ": the gzip data are damaged or cut short after 24 unpacked bytes";
  write("x.idx", packed.substr(0, packed.size() - 3));
  EXPECT_EQ(errorOf(Dataset::load(path)), expected);
  write("x.idx", packed + "more");
  EXPECT_EQ(errorOf(Dataset::load(path)), expected);
}

TEST_F(DatasetTest, refusesOtherFiles) {
  std::string path = write("x.txt", "1 2 3");
  std::string problem = ": not a .npz, .npy or IDX file; save the images with np.savez(file, "
                        "x=images, y=labels)";
  EXPECT_EQ(errorOf(Dataset::load(path)), path + problem);
  EXPECT_EQ(errorOf(Dataset::load(inFolder("none"))),
            inFolder("none") + ": cannot be opened: No such file or directory");
  EXPECT_EQ(
      errorOf(Dataset::load(inputPath("types.npz"))).substr(inputPath("types.npz").size(), 14),
      ": no array 'x'");
  EXPECT_EQ(errorOf(Dataset::load(write("x.npz", "PK\3\4"))),
            inFolder("x.npz") + ": cannot be read as a zip archive (Not a zip archive); it is cut "
                                "short, damaged or not a .npz file");
}

TEST_F(DatasetTest, refusesImagesOfNoUse) {
  std::string path = writeArray<float>("x.npy", {3}, {1, 2, 3});
  EXPECT_EQ(errorOf(Dataset::load(path)), path + ": images need a shape (N, ...), found (3,)");
  EXPECT_EQ(errorOf(Dataset::load(inputPath("empty.npy"))),
            inputPath("empty.npy") +
                ": shape (0, 1, 2, 2) has no elements, at least one image is needed");
  double nan = std::numeric_limits<double>::quiet_NaN();
  writeArray<double>("x.npy", {2, 1, 2, 2}, {0, 1, 2, 3, 4, 5, nan, 7});
  EXPECT_EQ(errorOf(Dataset::load(path)),
            path + ": element (1, 0, 1, 0) is nan, all images must be finite numbers");
  writeArray<float>("x.npy", {1, 2}, {0, -INFINITY});
  EXPECT_EQ(errorOf(Dataset::load(path)),
            path + ": element (0, 1) is -inf, all images must be finite numbers");
}

TEST_F(DatasetTest, refusesLabelsOfNoUse) {
  EXPECT_EQ(labelError(writeArray<int64_t>("y.npy", {3}, {1, 2, 3})), ": 3 labels for 2 images");
  EXPECT_EQ(labelError(writeArray<float>("y.npy", {2, 2}, {1, 0, NAN, 1})),
            ": element (1, 0) is nan, all targets must be finite numbers");
  EXPECT_EQ(labelError(inputPath("types.npz")).substr(0, 14), ": no array 'y'");
  EXPECT_EQ(labelError(inFolder("none")), ": cannot be opened: No such file or directory");
}

TEST_F(DatasetTest, takesTargetsThatAreNoClassNumbers) {
  Result<Dataset> data = Dataset::load(twoImages(), writeArray<int64_t>("y.npy", {2}, {1, -1}));
  ASSERT_TRUE(data) << data.error();
  EXPECT_FALSE(data->hasLabels());
  ASSERT_TRUE(data->targets());
  EXPECT_EQ(data->targets()->toDouble(1), -1);
  data = Dataset::load(twoImages(), writeArray<float>("y.npy", {2}, {1, 0.5}));
  ASSERT_TRUE(data) << data.error();
  EXPECT_FALSE(data->hasLabels());
  EXPECT_EQ(data->targets()->toDouble(1), 0.5);
  data = Dataset::load(twoImages(), writeArray<uint8_t>("y.npy", {2, 2}, {1, 0, 0, 1}));
  ASSERT_TRUE(data) << data.error();
  EXPECT_FALSE(data->hasLabels());
  EXPECT_EQ(data->targets()->shape, (Shape{2, 2}));
  EXPECT_EQ(data->targetsPlace(), inFolder("y.npy"));
  Array large{Array::Type::U64, {2}, Bytes(16, std::byte(255))};
  ASSERT_TRUE(writeNpy(inFolder("y.npy"), large));
  data = Dataset::load(twoImages(), inFolder("y.npy"));
  ASSERT_TRUE(data) << data.error();
  EXPECT_FALSE(data->hasLabels());
}

TEST_F(DatasetTest, comparesShapesWithoutUnitAxes) {
  std::string path = writeArray<float>("x.npy", {1, 2, 2, 3}, std::vector<float>(12));
  Result<Dataset> data = Dataset::load(path);
  ASSERT_TRUE(data) << data.error();
  EXPECT_TRUE(data->checkShape(Shape{2, 2, 3}));
  EXPECT_TRUE(data->checkShape(Shape{2, 1, 2, 3}));
  EXPECT_TRUE(data->checkShape(Shape{12}));
  EXPECT_EQ(errorOf(data->checkShape(Shape{1, 28, 28})),
            path + ": the images have shape (2, 2, 3), but the network takes (1, 28, 28)");
  EXPECT_EQ(errorOf(data->checkShape(Shape{11})),
            path + ": the images have shape (2, 2, 3), but the network takes (11,)");
  EXPECT_EQ(errorOf(data->checkShape(Shape{3, 2, 2})),
            path + ": the images have shape (2, 2, 3), but the network takes (3, 2, 2); put the "
                   "channels first with x.transpose(0, 3, 1, 2)");
  data = Dataset::load(writeArray<float>("x.npy", {1, 12}, std::vector<float>(12)));
  ASSERT_TRUE(data) << data.error();
  EXPECT_TRUE(data->checkShape(Shape{3, 2, 2}));
}

TEST(Normalization, worksPerChannel) {
  std::vector<float> image = {1, 2, 3, 4};
  Normalization normalization{{1, 2}, {0.5, 2}};
  ASSERT_TRUE(normalization.check(2));
  normalization.apply<float>(image, 2);
  EXPECT_EQ(image, (std::vector<float>{0, 2, 0.5, 1}));
  std::vector<double> one = {1, 2, 3, 4};
  Normalization{{1}, {}}.apply<double>(one, 2);
  EXPECT_EQ(one, (std::vector<double>{0, 1, 2, 3}));
  Normalization{{}, {2}}.apply<double>(one, 4);
  EXPECT_EQ(one, (std::vector<double>{0, 0.5, 1, 1.5}));
  Normalization{}.apply<double>(one, 1);
  EXPECT_EQ(one, (std::vector<double>{0, 0.5, 1, 1.5}));
}

TEST(Normalization, refusesListsThatDoNotFit) {
  EXPECT_EQ(
      errorOf(Normalization{{1, 2}, {}}.check(3)),
      "--mean has 2 numbers, but the input has 3 channels; give one number, or one per channel");
  EXPECT_EQ(
      errorOf(Normalization{{}, {1, 2, 3}}.check(1)),
      "--std has 3 numbers, but the input has 1 channels; give one number, or one per channel");
  EXPECT_EQ(errorOf(Normalization{{INFINITY}, {}}.check(1)),
            "--mean must be finite numbers, found inf");
  EXPECT_EQ(errorOf(Normalization{{}, {0}}.check(1)), "--std must be positive, found 0");
}

} // namespace
} // namespace snnc::data
