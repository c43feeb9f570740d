//===- Names in what we print and generate, threads, folders ---------------------------------------------===//
#include "compiler/data/Files.h"
#include "compiler/support/Parallel.h"
#include "compiler/support/Text.h"
#include <atomic>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <new>
#include <unistd.h>

namespace snnc {
namespace {

namespace fs = std::filesystem;

TEST(Text, IsShownOnOneLine) {
  EXPECT_EQ(showText("/2/Relu"), "/2/Relu");
  EXPECT_EQ(showText("a\nb\tc\x1b[31m\x7f"), "a\\nb\\tc\\x1b[31m\\x7f");
  EXPECT_EQ(showText("gr\xc3\xb6\xc3\x9f"
                     "e"),
            "gr\xc3\xb6\xc3\x9f"
            "e");
  EXPECT_EQ(showText("\xff\xc3"), "\\xff\\xc3"); // no character, half a character
  EXPECT_EQ(showText("\xc0\x80\xed\xa0\x80"),
            "\\xc0\\x80\\xed\\xa0\\x80");        // too long, half of UTF-16
  EXPECT_EQ(showText("\xc2\x9b"), "\\xc2\\x9b"); // a control character of two bytes
  EXPECT_EQ(showText("\xf0\x9f\x90\x8d"), "\xf0\x9f\x90\x8d");
}

TEST(Text, StaysInsideOfAComment) {
  EXPECT_EQ(toComment("/2/Relu: 16x8x8"), "/2/Relu: 16x8x8");
  EXPECT_EQ(toComment("*/ x /*"), "* / x / *");
  EXPECT_EQ(toComment("/*/"), "/ * /");
  EXPECT_EQ(toComment("a\\\nb?\?/c\xc3\xb6"), "a__b__/c__");
}

TEST(Text, IsAStringOfC) {
  EXPECT_EQ(toCString("a\"b\\c?\?/\n\xff"), "\"a\\\"b\\\\c\\?\\?/\\012\\377\"");
}

TEST(Text, IsTextOfXML) {
  EXPECT_EQ(toXML("<a href=\"b&c\">\n\x01\xff\xc3\xb6"),
            "&lt;a href=&quot;b&amp;c&quot;&gt; \xef\xbf\xbd\xef\xbf\xbd\xc3\xb6");
}

/// What one thread throws reaches the caller when all are done.
TEST(Parallel, PassesExceptionsOn) {
  std::atomic<int> calls = 0;
  EXPECT_THROW(parallelFor(4, 100,
                           [&](int64_t i) {
                             ++calls;
                             if (i == 7)
                               throw std::bad_alloc();
                           }),
               std::bad_alloc);
  EXPECT_GE(calls, 8);
}

class Folder : public testing::Test {
protected:
  const fs::path base = fs::temp_directory_path() / ("snnc-folder-" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(base); }
  void TearDown() override { fs::remove_all(base); }

  static data::ByteSpan bytes(const std::string &text) {
    return std::as_bytes(std::span(text.data(), text.size()));
  }
  static std::string read(const fs::path &path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

TEST_F(Folder, AppearsAsAWhole) {
  data::FolderWriter writer((base / "a" / "b").string());
  ASSERT_TRUE(writer.add("one", bytes("1")));
  ASSERT_TRUE(writer.add("two", bytes("2")));
  EXPECT_FALSE(fs::exists(base / "a" / "b" / "one"));
  ASSERT_TRUE(writer.commit());
  EXPECT_EQ(read(base / "a" / "b" / "one"), "1");
  EXPECT_EQ(read(base / "a" / "b" / "two"), "2");
}

TEST_F(Folder, IsTakenBackWithoutACommit) {
  {
    data::FolderWriter writer((base / "a" / "b").string());
    ASSERT_TRUE(writer.add("one", bytes("1")));
  }
  EXPECT_TRUE(fs::is_empty(base));
}

TEST_F(Folder, KeepsWhatWasThere) {
  fs::create_directories(base / "two");
  std::ofstream(base / "one") << "old";
  data::FolderWriter writer(base.string());
  ASSERT_TRUE(writer.add("one", bytes("new")));
  ASSERT_TRUE(writer.add("two", bytes("2")));
  auto status = writer.commit(); // there is a folder of that name
  ASSERT_FALSE(status);
  EXPECT_NE(status.error().find("two: cannot be written: Is a directory"), std::string::npos);
  EXPECT_EQ(read(base / "one"), "old");
}

TEST_F(Folder, LosesWhatAnEarlierProgramLeft) {
  std::ofstream(base / "core-001.c") << "old";
  std::ofstream(base / "notes") << "mine";
  data::FolderWriter writer(base.string());
  ASSERT_TRUE(writer.add("core-000.c", bytes("new")));
  ASSERT_TRUE(writer.commit([](const std::string &name) { return name.rfind("core-", 0) == 0; }));
  EXPECT_TRUE(fs::exists(base / "core-000.c"));
  EXPECT_TRUE(fs::exists(base / "notes"));
  EXPECT_FALSE(fs::exists(base / "core-001.c"));
}

} // namespace
} // namespace snnc
