#include "compiler/support/Text.h"
#include "targets/core/c/CoreC.h"

#include <fmt/format.h>

namespace snnc::core {

// Made by CMake.
extern const char *const kSelfTestSource, *const kSelfTestMakefile;

namespace {

/// The numbers of all samples behind each other.
std::string writeNumbers(const std::string &name, const std::vector<Sample> &samples,
                         std::vector<int32_t> Sample::*member) {
  std::string text = fmt::format("static const int32_t {}[] = {{", name);
  for (const Sample &sample : samples) {
    size_t column = 0;
    for (int32_t number : sample.*member)
      text += fmt::format("{}{},", column++ % 16 == 0 ? "\n  " : " ", number);
  }
  return text + "\n};\n";
}

} // namespace

std::vector<CFile> writeSelfTest(const Program &program, const std::vector<Sample> &samples) {
  std::string header = fmt::format(
      "/* Raw inputs of {}, and the outputs that the simulator of {} has for them. Made by snnc "
      "{}. */\n#ifndef SELF_TEST_H\n#define SELF_TEST_H\n\n#include \"cores.h\"\n\n"
      "enum {{ SELF_TEST_SAMPLES = {} }};\n"
      "#define SELF_TEST_STREAM {} /* whether they are frames that follow each other */\n",
      toComment(program.network), toComment(program.model), SNNC_VERSION, samples.size(),
      program.updates ? 1 : 0);
  header += writeNumbers("self_test_inputs", samples, &Sample::raw) +
            writeNumbers("self_test_outputs", samples, &Sample::output) + "\n#endif\n";
  return {
      {"self_test.h", header}, {"self_test.c", kSelfTestSource}, {"Makefile", kSelfTestMakefile}};
}

} // namespace snnc::core
