#include "tools/driver/Emit.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/Files.h"
#include "compiler/data/InputParts.h"
#include "compiler/evaluate/Frames.h"
#include "compiler/schedule/Schedule.h"
#include "snn/Engine.h"
#include "targets/c/EmitC.h"
#include "targets/c/SelfTest.h"
#include "targets/cpu/ProgramReader.h"
#include "tools/driver/Diagnostics.h"
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <span>

using namespace mlir;

namespace snnc {

namespace {

int fail(const std::string &message) {
  printError(message);
  return 1;
}

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

/// The first frames of the first stream.
data::Result<std::vector<std::vector<double>>> readFrames(const ::snn::Program &program,
                                                          const EmitCOptions &options) {
  std::vector<std::vector<double>> frames;
  auto reader = openFrames(options.data, program, options.limit);
  if (!reader)
    return data::Error{reader.error()};
  for (std::vector<double> frame(program.inputSize()); frames.size() < options.limit;) {
    auto isThere = (*reader)->read(0, frames.size(), frame.data());
    if (!isThere)
      return data::Error{isThere.error()};
    if (!*isThere)
      break;
    frames.push_back(frame);
  }
  return frames;
}

/// Images and the outputs that the runtime gives for them, as a C header.
data::Result<std::string> makeSelfTest(exec::ProgramOp network, const ::snn::Program &program,
                                       const EmitCOptions &options) {
  std::vector<std::vector<double>> images;
  if (!options.data.empty() && options.isStream) {
    auto frames = readFrames(program, options);
    if (!frames)
      return data::Error{frames.error()};
    images = std::move(*frames);
  } else if (!options.data.empty()) {
    auto dataset = data::Dataset::load(options.data, {}, getInputParts(program));
    if (!dataset)
      return data::Error{dataset.error()};
    std::vector<int64_t> shape(program.inputShape().begin(), program.inputShape().end());
    if (auto status = dataset->checkShape(shape); !status)
      return data::Error{status.error()};
    for (int64_t i = 0; i < dataset->size() && images.size() < options.limit; ++i) {
      images.emplace_back(program.inputSize());
      dataset->image(i, images.back().data());
    }
  }
  return c::writeSelfTest(network, program, images, options.inputThreshold);
}

/// A network, as the runtime has it and as C is written of it.
struct Network {
  OwningOpRef<ModuleOp> module;
  ::snn::Program program;
};

/// The network in a .snnb file, or one that is compiled now. Nothing after it has printed what is wrong.
std::optional<Network> getNetwork(const EmitCOptions &options, MLIRContext &context) {
  const std::string &model = options.compile.model;
  std::string name = std::filesystem::path(model).stem().string();
  OwningOpRef<ModuleOp> module;
  std::vector<std::byte> bytes;
  if (endsWith(model, ".snnb")) {
    auto file = data::readFile(model);
    if (!file)
      return printError(file.error()), std::nullopt;
    bytes = std::move(*file);
    name = model;
  } else {
    std::optional<CompiledNetwork> compiled = compileProgram(options.compile, context);
    if (!compiled)
      return std::nullopt;
    module = std::move(compiled->module);
    for (uint8_t byte : compiled->program)
      bytes.push_back(std::byte{byte});
  }
  auto program = ::snn::Program::fromBytes(bytes, name);
  if (!program)
    return printError(program.error()), std::nullopt;
  if (!module)
    module = cpu::readProgram(context, bytes);
  return Network{std::move(module), *program};
}

/// Writes all files or says why not. Returns the exit code.
int writeFiles(const std::string &path, const c::Files &files) {
  data::FolderWriter folder(path);
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
  if (!options.isStream && options.inputThreshold != 0)
    return fail("--input-threshold is for --stream");
  if (!(options.inputThreshold >= 0) || !std::isfinite(options.inputThreshold))
    return fail("--input-threshold is a number of at least 0");
  MLIRContext context(MLIRContext::Threading::DISABLED);
  auto network = getNetwork(options, context);
  if (!network)
    return 1;
  const ::snn::Program &program = network->program;
  if (program.precision() != ::snn::Precision::Fixed)
    return fail(model + ": C is emitted for integer networks; compile with --quantize");
  DiagnosticPrinter diagnostics(&context, model, options.compile.verbose);
  exec::ScheduleOptions schedule{program.model(), int64_t{program.steps()}, options.order};
  schedule.updates = options.isStream;
  schedule.inputThreshold = options.inputThreshold;
  auto scheduled = exec::schedule(*network->module, schedule);
  if (failed(scheduled))
    return 1;
  c::EmitOptions emit;
  emit.bytesWithoutUpdates = scheduled->bytesWithoutUpdates;
  emit.name = options.name.empty() ? c::chooseName(program.model()) : options.name;
  emit.kernels = options.kernels == "inline" ? c::Kernels::Inline : c::Kernels::Shared;
  auto files = c::emitC(scheduled->program, emit);
  if (!files)
    return fail(model + ": " + files.error());
  auto selfTest = makeSelfTest(scheduled->program, program, options);
  if (!selfTest)
    return fail(selfTest.error());
  (*files)["self_test.h"] = *selfTest;
  if (int code = writeFiles(options.output, *files))
    return code;
  fmt::print("{0}: {1}.h, {1}.c and {2} files around them; {3} bytes of state\n", options.output,
             emit.name, files->size() - 2, c::getStateBytes(scheduled->program));
  if (options.isStream)
    fmt::print("updates: {}_update computes what changed of a frame; without them the state would "
               "take {} bytes\n",
               emit.name, scheduled->bytesWithoutUpdates);
  else if (!scheduled->why.empty())
    fmt::print("order: {} ({})\n", exec::stringifyOrder(*scheduled->program.getOrder()).str(),
               scheduled->why);
  return 0;
}

} // namespace snnc
