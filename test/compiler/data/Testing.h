//===- Testing: byte strings, a folder of one's own, and checks of messages
//---------------------===//
#ifndef SNNC_TEST_COMPILER_IMPORT_NUMPY_TESTING_H
#define SNNC_TEST_COMPILER_IMPORT_NUMPY_TESTING_H

#include "compiler/data/Files.h"
#include <cstdlib>
#include <filesystem>
#include <gtest/gtest.h>

namespace snnc::data {

inline std::string inputPath(const std::string &name) {
  return SNNC_TEST_DIR "/compiler/data/inputs/" + name;
}

inline Bytes bytesOf(std::string_view text) {
  ByteSpan bytes = std::as_bytes(std::span(text));
  return Bytes(bytes.begin(), bytes.end());
}

inline std::string textOf(ByteSpan bytes) {
  return std::string(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

/// The content of an input as text, in which bytes are easily replaced.
inline std::string readInput(const std::string &name) {
  Result<Bytes> bytes = readFile(inputPath(name));
  return bytes ? textOf(*bytes) : std::string();
}

/// An empty folder that goes away with the test.
class FolderTest : public ::testing::Test {
protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "/numpy-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string inFolder(const std::string &name) const { return folder + "/" + name; }

  std::string write(const std::string &name, std::string_view content) const {
    Status status = writeFile(inFolder(name), bytesOf(content));
    EXPECT_TRUE(status);
    return inFolder(name);
  }

  std::string folder;
};

template <typename T>
std::string errorOf(const Result<T> &result) {
  return result ? "no error" : result.error();
}

} // namespace snnc::data

#endif
