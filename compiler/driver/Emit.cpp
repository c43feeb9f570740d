#include "compiler/driver/Emit.h"

#include "compiler/driver/Diagnostics.h"
#include "compiler/import/numpy/Dataset.h"
#include "compiler/import/numpy/Files.h"
#include "compiler/support/InputParts.h"
#include "snn/Engine.h"
#include "targets/c/EmitC.h"
#include "targets/c/SelfTest.h"
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <span>

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
    auto dataset = numpy::Dataset::load(options.data, {}, getInputParts(program));
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

/// The program in a .snnb file, or that of a network compiled now. Nothing after it has printed what is wrong.
std::optional<snn::Program> getProgram(const EmitCOptions &options) {
  const std::string &model = options.compile.model;
  std::optional<std::vector<uint8_t>> bytes;
  if (!endsWith(model, ".snnb") && !(bytes = compileProgram(options.compile)))
    return std::nullopt;
  std::vector<std::byte> compiled;
  for (uint8_t byte : bytes.value_or(std::vector<uint8_t>()))
    compiled.push_back(std::byte{byte});
  std::string name = std::filesystem::path(model).stem().string();
  auto program =
      bytes ? snn::Program::fromBytes(std::move(compiled), name) : snn::Program::load(model);
  if (!program) {
    printError(program.error());
    return std::nullopt;
  }
  return *program;
}

/// Writes all files or says why not. Returns the exit code.
int writeFiles(const std::string &path, const c::Files &files) {
  numpy::FolderWriter folder(path);
  for (const auto &[name, text] : files)
    if (auto status = folder.add(name, std::as_bytes(std::span(text.data(), text.size()))); !status)
      return fail(status.error());
  if (auto status = folder.commit(); !status)
    return fail(status.error());
  return 0;
}

} // namespace

int emitC(const EmitCOptions &options) {
  const std::string &model = options.compile.model;
  if (std::string problem = options.name.empty() ? "" : c::checkName(options.name);
      !problem.empty())
    return fail("--name '" + options.name + "' " + problem);
  if (endsWith(model, ".snnb") && !options.compileFlag.empty())
    return fail(fmt::format("{} is compiled already; {} is for a trained network", model,
                            options.compileFlag));
  auto program = getProgram(options);
  if (!program)
    return 1;
  c::EmitOptions emit;
  emit.name = options.name.empty() ? c::chooseName(program->model()) : options.name;
  emit.order = options.order == "layers" ? c::Order::Layers : c::Order::Steps;
  emit.kernels = options.kernels == "inline" ? c::Kernels::Inline : c::Kernels::Shared;
  std::optional<c::OrderChoice> choice;
  if (options.order == "auto" && program->precision() == snn::Precision::Fixed) {
    choice = c::chooseOrder(*program, emit);
    emit.order = choice->order;
  }
  auto files = c::emitC(*program, emit);
  if (!files)
    return fail(model + ": " + files.error());
  auto selfTest = makeSelfTest(*program, options);
  if (!selfTest)
    return fail(selfTest.error());
  (*files)["self_test.h"] = *selfTest;
  if (int code = writeFiles(options.output, *files))
    return code;
  fmt::print("{0}: {1}.h, {1}.c and {2} files around them; {3} bytes of state\n", options.output,
             emit.name, files->size() - 2, c::getStateBytes(*program, emit));
  if (choice)
    fmt::print("order: {} ({})\n", emit.order == c::Order::Layers ? "layers" : "steps",
               choice->why);
  return 0;
}

} // namespace snnc
