#include "tools/driver/Emit.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/Files.h"
#include "compiler/data/InputParts.h"
#include "compiler/evaluate/Frames.h"
#include "compiler/schedule/Schedule.h"
#include "compiler/support/Json.h"
#include "snn/Engine.h"
#include "targets/c/EmitC.h"
#include "targets/c/SelfTest.h"
#include "targets/c/cost/ChooseProducts.h"
#include "targets/cpu/ProgramReader.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/Firmware.h"
#include "tools/driver/OutputForm.h"
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

/// The images that --data names, as far as --limit goes.
data::Result<std::vector<std::vector<double>>> readImages(const ::snn::Program &program,
                                                          const EmitCOptions &options) {
  std::vector<std::vector<double>> images;
  if (options.data.empty())
    return images;
  if (options.isStream)
    return readFrames(program, options);
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
  return images;
}

/// A network, as the runtime has it and as C is written of it.
struct Network {
  OwningOpRef<ModuleOp> module;
  ::snn::Program program;
  nlohmann::ordered_json report = nlohmann::ordered_json::object(); ///< what compiling found
};

/// The network in a .snnb file, or one that is compiled now. Nothing after it has printed what is wrong.
std::optional<Network> getNetwork(const EmitCOptions &options, MLIRContext &context) {
  const std::string &model = options.compile.model;
  std::string name = std::filesystem::path(model).stem().string();
  OwningOpRef<ModuleOp> module;
  std::vector<std::byte> bytes;
  nlohmann::ordered_json report = nlohmann::ordered_json::object();
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
    report = std::move(compiled->report);
    for (uint8_t byte : compiled->program)
      bytes.push_back(std::byte{byte});
  }
  auto program = ::snn::Program::fromBytes(bytes, name);
  if (!program)
    return printError(program.error()), std::nullopt;
  if (!module)
    module = cpu::readProgram(context, bytes);
  return Network{std::move(module), *program, std::move(report)};
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

/// What stands in the way of the flags, or an empty string.
std::string checkFlags(const EmitCOptions &options) {
  const std::string &model = options.compile.model;
  if (std::string problem = options.name.empty() ? "" : c::checkName(options.name);
      !problem.empty())
    return "--name '" + options.name + "' " + problem;
  if (endsWith(model, ".snnb") && !options.compileFlag.empty())
    return fmt::format("{} is compiled already; {} is for a trained network", model,
                       options.compileFlag);
  if (!options.isStream && options.inputThreshold != 0)
    return "--input-threshold is for --stream";
  if (!(options.inputThreshold >= 0) || !std::isfinite(options.inputThreshold))
    return "--input-threshold is a number of at least 0";
  if (options.inputForm != "raw" && options.isStream)
    return "--input-form is for single samples; frames of --stream are raw";
  if (!options.optimize.empty() && options.isStream)
    return "--optimize weighs what a sample takes; it does not go with --stream";
  return "";
}

/// A scheduled program, the module that holds it, and what it takes.
struct Candidate {
  OwningOpRef<ModuleOp> module;
  exec::Scheduled scheduled;
  c::EmitOptions emit;
  FirmwareReport report;
};

/// Schedules networks in the orders that a user asks for.
class Planner {
public:
  Planner(const EmitCOptions &options, const Network &network, const c::Processor &processor,
          const std::vector<std::vector<double>> &images, const OutputChoice &outputs)
      : options(options), network(network), processor(processor), images(images), outputs(outputs) {
  }

  /// Nothing after it has said what is wrong.
  std::optional<Candidate> plan() {
    const c::Kernels kernels =
        options.kernels == "inline" ? c::Kernels::Inline : c::Kernels::Shared;
    if (options.optimize.empty())
      return planOne({options.order, kernels, exec::WeightStorage::Kept});
    std::optional<Candidate> best;
    std::vector<Weighed> weighed;
    for (const Choice &choice : listChoices()) {
      ScopedDiagnosticHandler silence(network.module.get().getContext(),
                                      [](Diagnostic &) { return success(); });
      std::optional<Candidate> next = planOne(choice);
      if (!next)
        continue;
      weighed.push_back(next->report.weigh());
      if (!best || measure(*next) < measure(*best))
        best = std::move(next);
    }
    if (!best) // says why
      return planOne({options.order, kernels, exec::WeightStorage::Kept});
    best->scheduled.why = fmt::format("the best for --optimize {}", options.optimize);
    best->report.goal = options.optimize;
    best->report.weighed = std::move(weighed);
    return best;
  }

private:
  const EmitCOptions &options;
  const Network &network;
  const c::Processor &processor;
  const std::vector<std::vector<double>> &images;
  const OutputChoice &outputs;
  std::optional<c::Activity> activity; ///< the same in all orders

  struct Choice {
    std::string order;
    c::Kernels kernels;
    exec::WeightStorage weights;
  };

  /// What is weighed: all that the user has not said. What comes first is taken where nothing takes less.
  std::vector<Choice> listChoices() const {
    std::vector<std::string> orders = {options.order};
    std::vector<c::Kernels> copies = {c::Kernels::Shared, c::Kernels::Inline};
    if (options.order == "auto")
      orders = {"values", "layers", "steps"};
    if (options.kernels != "auto")
      copies = {options.kernels == "inline" ? c::Kernels::Inline : c::Kernels::Shared};
    const auto storages = exec::findWeightStorages(network.module.get());
    std::vector<Choice> choices;
    for (const std::string &order : orders)
      for (exec::WeightStorage weights : storages)
        for (c::Kernels kernels : copies)
          choices.push_back({order, kernels, weights});
    return choices;
  }

  double measure(const Candidate &candidate) const {
    if (options.optimize == "ram")
      return static_cast<double>(candidate.report.getRamBytes());
    if (options.optimize == "flash")
      return static_cast<double>(candidate.report.getFlashBytes());
    return candidate.report.instructions.empty() ? HUGE_VAL : candidate.report.getInstructions();
  }

  std::optional<Candidate> planOne(const Choice &choice) {
    const ::snn::Program &program = network.program;
    ModuleOp module = network.module.get();
    Candidate candidate{module.clone(), {}, {}, {}};
    exec::ScheduleOptions schedule{program.model(), int64_t{program.steps()}, choice.order};
    schedule.weights = choice.weights;
    schedule.updates = options.isStream;
    schedule.inputThreshold = options.inputThreshold;
    schedule.inputForm = options.inputForm;
    schedule.outputForm = outputs.form;
    schedule.outputFractions = outputs.fractions;
    auto scheduled = exec::schedule(*candidate.module, schedule);
    if (failed(scheduled))
      return std::nullopt;
    candidate.scheduled = *scheduled;
    candidate.emit.bytesWithoutUpdates = scheduled->bytesWithoutUpdates;
    candidate.emit.name = options.name.empty() ? c::chooseName(program.model()) : options.name;
    candidate.emit.kernels = choice.kernels;
    if (!activity)
      activity = c::measureActivity(scheduled->program, program,
                                    options.isStream ? std::vector<std::vector<double>>{} : images);
    if (options.optimize != "flash") // dot products have kernels of their own
      c::chooseProducts(scheduled->program, *activity, processor);
    candidate.report = makeFirmwareReport(scheduled->program, candidate.emit, *activity, processor);
    candidate.report.weights = exec::kWeightStorages[static_cast<size_t>(choice.weights)];
    return candidate;
  }
};

/// The firmware's report beside what compiling found.
int writeReport(const EmitCOptions &options, Network &network, const FirmwareReport &report) {
  if (options.compile.json.empty())
    return 0;
  network.report["firmware"] = toJSON(report);
  std::string text = toText(network.report, 2);
  auto status =
      data::writeFile(options.compile.json, std::as_bytes(std::span(text.data(), text.size())));
  return status ? 0 : fail(status.error());
}

/// What was written, and why as it is.
void tell(const EmitCOptions &options, const Candidate &planned, size_t files) {
  exec::ProgramOp program = planned.scheduled.program;
  fmt::print("{0}: {1}.h, {1}.c and {2} files around them; {3} bytes of state\n", options.output,
             planned.emit.name, files - 2, c::getStateBytes(program));
  if (options.isStream)
    fmt::print("updates: {}_update computes what changed of a frame; without them the state would "
               "take {} bytes\n",
               planned.emit.name, planned.scheduled.bytesWithoutUpdates);
  else if (!planned.scheduled.why.empty())
    fmt::print("order: {} ({})\n", exec::stringifyOrder(*program.getOrder()).str(),
               planned.scheduled.why);
  if (!options.compile.pipeline.tuning.goal.empty() && program.getOrder() == exec::Order::Values)
    fmt::print(
        "note: --tune saves events, and in this order neurons are computed once, whatever they "
        "send; compare with what is reported without --tune\n");
}

} // namespace

int emitC(const EmitCOptions &options) {
  const std::string &model = options.compile.model;
  if (std::string problem = checkFlags(options); !problem.empty())
    return fail(problem);
  auto processor = c::loadProcessor(options.target);
  if (!processor)
    return fail("--target " + processor.error());
  auto budget = Budget::parse(options.memoryBudget);
  if (!budget)
    return fail(budget.error());
  MLIRContext context(MLIRContext::Threading::DISABLED);
  auto network = getNetwork(options, context);
  if (!network)
    return 1;
  const ::snn::Program &program = network->program;
  if (program.precision() != ::snn::Precision::Fixed)
    return fail(model + ": C is emitted for integer networks; compile with --quantize");
  DiagnosticPrinter diagnostics(&context, model, options.compile.verbose);
  auto images = readImages(program, options);
  if (!images)
    return fail(images.error());
  auto outputs = readOutputForm(options.outputForm, options.compile.pipeline.calibration, program,
                                network->module.get());
  if (!outputs)
    return fail(outputs.error());
  auto planned = Planner(options, *network, *processor, *images, *outputs).plan();
  if (!planned)
    return 1;
  fmt::print("{}", toText(planned->report));
  if (std::string problem = planned->report.compare(*budget); !problem.empty())
    return fail(fmt::format("{} {}", model, problem));
  exec::ProgramOp scheduled = planned->scheduled.program;
  auto files = c::emitC(scheduled, planned->emit);
  if (!files)
    return fail(model + ": " + files.error());
  (*files)["self_test.h"] = c::writeSelfTest(scheduled, program, *images, options.inputThreshold);
  if (int code = writeFiles(options.output, *files))
    return code;
  tell(options, *planned, files->size());
  return writeReport(options, *network, planned->report);
}

} // namespace snnc
