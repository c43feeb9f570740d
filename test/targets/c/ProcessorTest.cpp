//===- Processors: files that are read, and what is wrong with others --------------------------------------===//
#include "targets/c/processor/Processor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace snnc::c {

namespace {

/// A whole file, in which every number is 2.
std::string makeFile() {
  std::string text = "name = \"p\"\ntitle = \"P\"\ncompiler = \"cc\"\n[instructions]\n";
  for (const CostInfo &info : kCostInfos)
    text += fmt::format("{} = 2\n", info.name);
  return text +
         "[code]\nsteps = 2\nlayers = 2\nvalues = 2\nlayer = 2\n[inline]\nsteps = 2\nlayers = 2\n"
         "values = 2\n[inline_code]\nsteps = 2\nlayers = 2\nvalues = 2\nlayer = 2\n";
}

std::string replace(std::string text, const std::string &what, const std::string &by) {
  return text.replace(text.find(what), what.size(), by);
}

std::string problemOf(const std::string &text) {
  auto processor = parseProcessor(text, "p.toml");
  return processor ? "" : processor.error();
}

} // namespace

TEST(Processor, BundledOnesAreWholeAndMeasured) {
  EXPECT_EQ(bundledProcessors().size(), 6u);
  for (const std::string &name : bundledProcessors()) {
    auto processor = loadProcessor(name);
    ASSERT_TRUE(processor) << processor.error();
    EXPECT_EQ(processor->name, name);
    // A weight that is added is an instruction or more, but where several are added at once.
    EXPECT_GT(processor->instructions[static_cast<size_t>(Cost::add8)], 0.1) << name;
    EXPECT_GT(processor->instructions[static_cast<size_t>(Cost::event_add)], 0.1) << name;
    for (double bytes : processor->kernelCode)
      EXPECT_GT(bytes, 100) << name;
  }
}

TEST(Processor, ReadsAllKeysAndNamesWhatIsWrong) {
  auto processor = parseProcessor(makeFile(), "p.toml");
  ASSERT_TRUE(processor) << processor.error();
  for (double instructions : processor->instructions)
    EXPECT_EQ(instructions, 2);
  EXPECT_EQ(processor->layerCode, 2);
  EXPECT_EQ(problemOf(replace(makeFile(), "pixel = 2", "pixel = \"2\"")),
            "p.toml:5: instructions.pixel must be a number of at least 0, found 2");
  EXPECT_EQ(problemOf(replace(makeFile(), "pixel = 2", "pixel = -2")),
            "p.toml:5: instructions.pixel must be a number of at least 0, found -2");
  EXPECT_EQ(problemOf(replace(makeFile(), "pixel = 2\n", "")),
            "p.toml:4: instructions.pixel is missing");
  EXPECT_EQ(problemOf(replace(makeFile(), "pixel = 2", "pixel = 2\npixels = 2")),
            "p.toml:6: instructions.pixels is not a key of a processor");
  EXPECT_EQ(problemOf(replace(makeFile(), "[code]", "[bytes]")),
            "p.toml:1: [code] is missing (scripts/measure-costs measures it)");
  EXPECT_EQ(problemOf(replace(makeFile(), "title", "titel")), "p.toml:1: title is missing");
  EXPECT_EQ(problemOf("size = 2\n" + makeFile()),
            "p.toml:1: size is not a key of a processor, which has name, title, compiler, "
            "instructions, code, inline, inline_code");
  EXPECT_NE(problemOf("name = "), "");
}

} // namespace snnc::c
