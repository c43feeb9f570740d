#include "compiler/driver/Emit.h"

#include "compiler/driver/Diagnostics.h"
#include "compiler/import/numpy/Dataset.h"
#include "compiler/import/numpy/Files.h"
#include "snn/Engine.h"
#include "targets/c/EmitC.h"
#include "targets/c/SelfTest.h"
#include <filesystem>
#include <fmt/core.h>

namespace snnc {

namespace {

int fail(const std::string &message) {
  printError(message);
  return 1;
}

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// Images and the outputs that the runtime gives for them, as a C header.
numpy::Result<std::string> makeSelfTest(const snn::Program &program, const EmitCOptions &options) {
  std::vector<std::vector<double>> images;
  if (!options.data.empty()) {
    auto dataset = numpy::Dataset::load(options.data);
    if (!dataset)
      return numpy::Error{dataset.error()};
    std::vector<int64_t> shape(program.inputShape().begin(), program.inputShape().end());
    if (auto status = dataset->checkShape(shape); !status)
      return numpy::Error{status.error()};
    for (int64_t i = 0; i < dataset->size() && images.size() < options.limit; ++i) {
      images.emplace_back(program.inputSize());
      dataset->image(i, images.back().data());
    }
  }
  return c::writeSelfTest(program, images);
}

} // namespace

int emitC(const EmitCOptions &options) {
  if (!endsWith(options.program, ".snnb"))
    return fail(options.program + ": C is emitted from a program; first run 'snnc compile " +
                options.program + " --quantize ... -o NET.snnb'");
  if (options.order != "steps" && options.order != "layers")
    return fail("--order is steps or layers, found '" + options.order + "'");
  auto program = snn::Program::load(options.program);
  if (!program)
    return fail(program.error());
  c::EmitOptions emit;
  emit.name = c::toIdentifier(options.name.empty() ? program->model() : options.name);
  emit.order = options.order == "layers" ? c::Order::Layers : c::Order::Steps;
  if (!options.name.empty() && emit.name != options.name)
    return fail("--name '" + options.name + "' is not a C identifier");
  auto files = c::emitC(*program, emit);
  if (!files)
    return fail(options.program + ": " + files.error());
  auto selfTest = makeSelfTest(*program, options);
  if (!selfTest)
    return fail(selfTest.error());
  (*files)["self_test.h"] = *selfTest;
  std::error_code error;
  std::filesystem::create_directories(options.output, error);
  if (error)
    return fail(options.output + ": " + error.message());
  for (const auto &[path, text] : *files)
    if (auto status = numpy::writeFile((std::filesystem::path(options.output) / path).string(),
                                       std::as_bytes(std::span(text.data(), text.size())));
        !status)
      return fail(status.error());
  fmt::print("{0}: {1}.h, {1}.c and {2} files around them\n", options.output, emit.name,
             files->size() - 2);
  return 0;
}

} // namespace snnc
