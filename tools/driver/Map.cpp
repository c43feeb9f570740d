#include "tools/driver/Map.h"

#include "compiler/data/Dataset.h"
#include "compiler/data/Files.h"
#include "compiler/data/InputParts.h"
#include "compiler/evaluate/Task.h"
#include "compiler/support/Json.h"
#include "dialects/ann/Attributes.h"
#include "dialects/core/Core.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassManager.h"
#include "snn/Engine.h"
#include "targets/core/BuildProgram.h"
#include "targets/core/Passes.h"
#include "targets/core/c/CoreC.h"
#include "targets/core/report/Report.h"
#include "targets/cpu/ProgramWriter.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/LoadModel.h"
#include "tools/driver/MapStream.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <fmt/core.h>
#include <span>

using namespace mlir;

namespace snnc {

namespace {

/// How many images show the rates of events that cores are placed by.
constexpr uint64_t kRateImages = 4;
/// How many the C compares itself with the simulator on, at most.
constexpr size_t kSelfTestImages = 16;

int fail(const std::string &message) {
  printError(message);
  return 1;
}

/// A file's worth of images, as raw integers and as the runtime takes them.
struct Images {
  std::optional<data::Dataset> data;
  uint64_t count = 0;
  Streams streams; ///< with --stream; frames in place of images

  std::vector<double> get(uint64_t index, size_t size) const {
    std::vector<double> values(size);
    data->image(static_cast<int64_t>(index), values.data());
    return values;
  }
};

class Mapping {
public:
  /// `reference` is the network's event program, where it has one.
  Mapping(const MapOptions &options, ModuleOp network, const Images &images,
          const std::optional<::snn::Program> &reference)
      : options(options), network(network), images(images), reference(reference),
        context(network.getContext()) {}

  /// Maps to one model, and writes to `folder` when it is not empty. The report says why where it does not
  /// run; fails only where the user's files are at fault.
  FailureOr<core::MappingReport> run(const std::string &name, const std::string &folder) {
    core::MappingReport report;
    report.network = llvm::sys::path::stem(options.compile.model).str();
    report.model = name;
    auto loaded = core::loadModel(name);
    if (!loaded) {
      printError(loaded.error());
      return failure();
    }
    model = *loaded;
    report.model = model.name;
    module = cast<ModuleOp>(network->clone());
    if (failed(lower(name, report.refusal)) || failed(place(report.refusal)))
      return report;
    if (hasInputs() && failed(refine(report.refusal)))
      return report;
    core::ProgramOp program = getProgram();
    for (auto route : program.getBody().getOps<core::RouteOp>())
      report.plannedHops +=
          route.getEvents().convertToDouble() * static_cast<double>(route.getHops().value_or(0));
    report.rowMajorHops =
        program.getRowMajorHops() ? program.getRowMajorHops()->convertToDouble() : 0;
    built->network = report.network;
    core::Simulator simulator(*built, options.threads);
    core::describe(report, *built);
    if (!images.streams.empty()) {
      auto record = simulateStreams(simulator, *built, *reference, images.streams, options,
                                    kSelfTestImages, report);
      if (!record)
        return printError(record.error()), failure();
      samples = std::move(record->samples);
      if (!folder.empty() && failed(write(folder, record->updates)))
        return failure();
      return report;
    }
    if (images.count > 0 && failed(simulate(simulator, report)))
      return failure();
    if (!folder.empty() && failed(write(folder, simulator.activity())))
      return failure();
    return report;
  }

private:
  const MapOptions &options;
  ModuleOp network;
  const Images &images;
  const std::optional<::snn::Program> &reference;
  MLIRContext *context;
  core::CoreModel model;
  OwningOpRef<ModuleOp> module;
  std::optional<core::Program> built;
  std::vector<core::Sample> samples; ///< the first images, and the simulator's outputs

  bool hasInputs() const { return images.count > 0 || !images.streams.empty(); }

  core::ProgramOp getProgram() { return *module->getOps<core::ProgramOp>().begin(); }

  /// Runs passes; what they say is wrong becomes the reason why the network does not run.
  LogicalResult runPasses(PassManager &manager, std::string &refusal) {
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (diagnostic.getSeverity() == DiagnosticSeverity::Error && refusal.empty())
        refusal = diagnostic.str();
      return success();
    });
    return manager.run(*module);
  }

  LogicalResult lower(const std::string &name, std::string &refusal) {
    PassManager manager(context);
    ConvertSNNToCorePassOptions convert;
    convert.model = name;
    convert.steps = options.compile.steps;
    convert.updates = options.isStream;
    convert.inputThreshold = options.inputThreshold;
    manager.addPass(createConvertSNNToCorePass(convert));
    return runPasses(manager, refusal);
  }

  LogicalResult place(std::string &refusal) {
    PassManager manager(context);
    OpPassManager &nested = manager.nest<core::ProgramOp>();
    nested.addPass(createCorePartitionPass());
    nested.addPass(createCorePlacePass());
    if (failed(runPasses(manager, refusal)))
      return failure();
    ScopedDiagnosticHandler handler(context, [&](Diagnostic &diagnostic) {
      if (refusal.empty())
        refusal = diagnostic.str();
      return success();
    });
    FailureOr<core::Program> program = core::buildProgram(getProgram(), model);
    if (failed(program))
      return failure();
    built = std::move(*program);
    return success();
  }

  std::vector<int32_t> readImage(const core::Simulator &simulator, uint64_t index) const {
    return readRaw(simulator, images.get(index, built->input().size()));
  }

  /// Lets a few images, or frames of the first stream, go through the cores. Of frames what updates take counts, where
  /// there are any.
  void showRates(core::Simulator &simulator) const {
    for (uint64_t i = 0; i < std::min(kRateImages, images.count); ++i)
      simulator.run(readImage(simulator, i));
    if (images.streams.empty())
      return;
    const auto &frames = images.streams.front();
    simulator.run(readRaw(simulator, frames[0]));
    if (frames.size() > 1)
      simulator.clear();
    for (uint64_t i = 1; i < std::min<uint64_t>(1 + kRateImages, frames.size()); ++i)
      simulator.update(readRaw(simulator, frames[i]));
  }

  /// Lets them show how many events each layer sends, and places again by that.
  LogicalResult refine(std::string &refusal) {
    core::Simulator simulator(*built, options.threads);
    showRates(simulator);
    const core::Activity &activity = simulator.activity();
    core::ProgramOp program = getProgram();
    Builder builder(context);
    size_t index = 0;
    for (auto layer : program.getBody().getOps<core::LayerOp>()) {
      double neurons =
          static_cast<double>(layer.getNumNeurons()) * static_cast<double>(activity.samples);
      if (!layer.isOutput())
        layer.setRateAttr(
            builder.getF64FloatAttr(static_cast<double>(activity.layerSpikes[index]) / neurons));
      ++index;
    }
    for (Operation &op : llvm::make_early_inc_range(program.getBody().front()))
      if (isa<core::CoreOp, core::RouteOp>(op))
        op.erase();
    return place(refusal);
  }

  /// Every image on the simulator and on the integer runtime.
  LogicalResult simulate(core::Simulator &simulator, core::MappingReport &report) {
    std::optional<::snn::Engine> engine;
    if (reference)
      engine.emplace(*reference);
    uint64_t exact = 0;
    std::vector<float> outputs;
    for (uint64_t i = 0; i < images.count; ++i) {
      core::Sample sample{readImage(simulator, i), {}};
      sample.output = simulator.run(sample.raw);
      std::vector<double> output = simulator.scale(sample.output);
      if (samples.size() < kSelfTestImages)
        samples.push_back(std::move(sample));
      if (engine) {
        std::vector<double> values = images.get(i, built->input().size());
        engine->start(values.data());
        for (uint32_t t = 0; t < built->steps; ++t)
          engine->step();
        exact += std::equal(output.begin(), output.end(), engine->decoded());
      }
      outputs.insert(outputs.end(), output.begin(), output.end());
    }
    report.sample = core::getCost(*built, simulator.activity(), exact);
    return reference ? judgeOutputs(*reference, outputs, report) : success();
  }

  /// The share of right answers, where labels say what they are.
  LogicalResult judgeOutputs(const ::snn::Program &program, const std::vector<float> &outputs,
                             core::MappingReport &report) {
    std::string warning;
    auto tasks = planTasks(program, options.compile.pipeline.metrics, *images.data,
                           static_cast<int64_t>(images.count), warning);
    if (!tasks) {
      printError(tasks.error());
      return failure();
    }
    // Cores give what is decoded; heads are the host's.
    OutputTask task = tasks->front();
    const ::snn::OutputInfo &info = program.outputs().front();
    task.offset = info.decodedOffset;
    if (!moveBeforeHead(task.metric, info.head) || info.decodedSize != task.size)
      return success();
    std::vector<float> own = task.pick(outputs, program.decodedSize());
    report.accuracy = judge(task, own, own).accuracy.value_or(report.accuracy);
    return success();
  }

  LogicalResult write(const std::string &folder, const core::Activity &activity) {
    data::FolderWriter writer(folder);
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream, OpPrintingFlags().elideLargeResourceString(64));
    std::vector<uint8_t> bytes = core::writeProgram(*built);
    std::string name = llvm::sys::path::stem(options.compile.model).str();
    if (failed(save(writer, "mapping.mlir", text)) ||
        failed(save(writer, name + ".snnk", {bytes.begin(), bytes.end()})) ||
        failed(save(writer, "placement.svg", core::drawPlacement(*built, &activity))))
      return failure();
    for (size_t i = 0; i < built->cores.size(); ++i)
      if (failed(save(writer, fmt::format("core-{:03}.json", i), toText(core::toJSON(*built, i)))))
        return failure();
    std::vector<core::CFile> files = core::writeC(*built);
    if (!samples.empty())
      llvm::append_range(files, core::writeSelfTest(*built, samples));
    for (const core::CFile &file : files)
      if (failed(save(writer, file.name, file.text)))
        return failure();
    return report(writer.commit(isOfCores));
  }

  /// Whether a file is one that only some programs have: those of cores, and of the self-test.
  static bool isOfCores(const std::string &name) {
    StringRef rest = name;
    if (rest == "self_test.h" || rest == "self_test.c" || rest == "Makefile")
      return true;
    if (!rest.consume_front("core-") || !(rest.consume_back(".c") || rest.consume_back(".json")))
      return false;
    return !rest.empty() && llvm::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
  }

  static LogicalResult report(const data::Status &status) {
    if (!status)
      printError(status.error());
    return success(bool(status));
  }

  static LogicalResult save(data::FolderWriter &writer, const std::string &name,
                            const std::string &text) {
    return report(writer.add(name, std::as_bytes(std::span(text.data(), text.size()))));
  }
};

/// The names behind --core: "all" are the bundled ones.
std::vector<std::string> listModels(const std::vector<std::string> &wanted) {
  std::vector<std::string> names;
  for (const std::string &name : wanted) {
    if (name != "all") {
      names.push_back(name);
      continue;
    }
    for (const std::string &bundled : core::bundledModels())
      names.push_back(bundled);
  }
  return names;
}

int loadImages(const MapOptions &options, ModuleOp network,
               const std::optional<::snn::Program> &reference, Images &images) {
  if (options.isStream && (!options.data.empty() || !options.frames.empty())) {
    if (!reference)
      return fail(options.compile.model +
                  ": has no event program that frames could be compared with");
    auto streams = loadStreams(options, *reference);
    if (!streams)
      return fail(streams.error());
    images.streams = std::move(*streams);
    return 0;
  }
  if (options.data.empty())
    return 0;
  auto function = *network.getOps<func::FuncOp>().begin();
  auto data = data::Dataset::load(options.data, options.labels, getInputParts(function));
  if (!data)
    return fail(data.error());
  auto encode = *function.getOps<snn::EncodeOp>().begin();
  ArrayRef<int64_t> shape = encode.getSpikes().getType().getShape();
  if (auto status = data->checkShape({shape.begin(), shape.end()}); !status)
    return fail(status.error());
  bool takesBytes = static_cast<bool>(function.getArgAttr(0, ann::kBytesAttrName));
  if (auto status = data->checkBytes(); takesBytes && !status)
    return fail(status.error());
  images.count = static_cast<uint64_t>(data->size());
  if (options.limit > 0)
    images.count = std::min(images.count, options.limit);
  images.data.emplace(std::move(*data));
  return 0;
}

} // namespace

int map(const MapOptions &options) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  loadDialects(context);
  context.loadDialect<core::CoreDialect>();
  OwningOpRef<ModuleOp> network;
  {
    DiagnosticPrinter diagnostics(&context, options.compile.model, options.compile.verbose);
    CompileOptions compile = options.compile;
    compile.quiet = options.json == "-";
    network = compileNetwork(compile, context);
  }
  if (!network)
    return 1;
  const std::optional<::snn::Program> reference = makeReference(options, *network);
  Images images;
  if (loadImages(options, *network, reference, images))
    return 1;
  std::vector<std::string> names = listModels(options.cores);
  std::vector<core::MappingReport> reports;
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const std::string &name : names) {
    std::string folder = options.output;
    if (!folder.empty() && names.size() > 1)
      folder += "/" + llvm::sys::path::stem(name).str();
    auto report = Mapping(options, *network, images, reference).run(name, folder);
    if (failed(report))
      return 1;
    json.push_back(core::toJSON(*report));
    reports.push_back(std::move(*report));
  }
  if (options.json != "-")
    for (const core::MappingReport &report : reports)
      fmt::print("{}", core::toText(report));
  if (options.json != "-" && reports.size() > 1)
    fmt::print("\n{}", core::toTable(reports));
  std::string text = toText(json, 2);
  if (options.json == "-")
    fmt::print("{}", text);
  else if (!options.json.empty())
    if (auto status =
            data::writeFile(options.json, std::as_bytes(std::span(text.data(), text.size())));
        !status)
      return fail(status.error());
  bool runs = std::any_of(reports.begin(), reports.end(),
                          [](const core::MappingReport &report) { return report.refusal.empty(); });
  if (!runs && reports.size() == 1)
    return fail(fmt::format("{}: {}", options.compile.model, reports.front().refusal));
  return runs ? 0 : fail(fmt::format("{} runs on none of the models", options.compile.model));
}

} // namespace snnc
