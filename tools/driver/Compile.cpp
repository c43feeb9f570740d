#include "tools/driver/Compile.h"

#include "compiler/data/Files.h"
#include "compiler/data/InputParts.h"
#include "compiler/port/MergeInputs.h"
#include "compiler/support/Json.h"
#include "dialects/ann/ANN.h"
#include "dialects/snn/SNN.h"
#include "mlir/Bytecode/BytecodeWriter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "targets/cpu/ProgramWriter.h"
#include "tools/driver/Analysis.h"
#include "tools/driver/Diagnostics.h"
#include "tools/driver/InputNormalization.h"
#include "tools/driver/LoadModel.h"
#include "tools/driver/QuantizationReport.h"
#include "tools/driver/ReferenceCheck.h"
#include "tools/driver/Scores.h"
#include "tools/driver/SelectOutputs.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdio>
#include <fmt/core.h>
#include <map>

using namespace mlir;

namespace snnc {

namespace {

/// On how many calibration images a quantized network is compared with the real one at most.
constexpr uint64_t kComparedImages = 200;

class Compilation {
public:
  Compilation(const CompileOptions &options, MLIRContext &context)
      : options(options), context(context), diagnostics(&context, options.model, options.verbose),
        pipeline(options.pipeline) {
    loadDialects(context);
    pipeline.tuning.maxSteps = options.steps;
    pipeline.tuning.writeProgram = [](func::FuncOp network, uint32_t steps) {
      return cpu::writeProgram(network, {"network", steps});
    };
    pipeline.tuning.tell = [this](const std::string &text) { chosen.push_back(text); };
  }

  /// Messages have been printed when it fails.
  LogicalResult run() { return failed(lower()) ? failure() : write(); }

  /// The network and its program, and what quantization did to it, without a file.
  FailureOr<CompiledNetwork> getProgram() {
    if (failed(lower()))
      return failure();
    FailureOr<std::vector<uint8_t>> bytes = writeMeasured();
    if (failed(bytes))
      return failure();
    reportChoice();
    auto json = report(*bytes);
    if (failed(json))
      return failure();
    return CompiledNetwork{std::move(module), std::move(*bytes), std::move(*json)};
  }

  /// The network after every phase; null after a failure.
  OwningOpRef<ModuleOp> getNetwork() {
    if (failed(lower()))
      return nullptr;
    FailureOr<std::vector<uint8_t>> bytes = writeMeasured();
    if (failed(bytes))
      return nullptr;
    if (!options.quiet)
      reportChoice();
    tellMeasured();
    return std::move(module);
  }

private:
  LogicalResult lower() {
    if (failed(parseEmitIR()))
      return failure();
    module = loadModel(options.model, context, options.inputShapes);
    if (!module)
      return failure();
    if (failed(checkModule()))
      return failure();
    pipeline.quantizeSteps = options.steps ? options.steps : unsigned{snn::kDefaultSteps};
    for (auto encode : network.getOps<snn::EncodeOp>())
      pipeline.quantize &= !encode.getFixed().has_value(); // it is in integers already
    bool isSpiking = !network.getOps<snn::EncodeOp>().empty();
    if (isSpiking && pipeline.schedule == "auto")
      pipeline.schedule.clear(); // its neurons have theirs
    for (Phase phase : kPhases) {
      if (phase == Phase::Quantize && pipeline.quantize && failed(keepReal()))
        return failure();
      // A spiking network, as --emit-ir writes it and people edit it, has the first phases behind it.
      bool isDone = isSpiking && phase <= Phase::Convert;
      PassManager manager(&context);
      if (!isDone)
        addPhase(manager, phase, pipeline);
      if (failed(manager.run(*module)) || failed(emitIR(phase)))
        return failure();
      if (!isSpiking)
        check.keep(*module, phase, pipeline);
    }
    return success();
  }

  const CompileOptions &options;
  MLIRContext &context;
  DiagnosticPrinter diagnostics;
  PipelineOptions pipeline;
  OwningOpRef<ModuleOp> module;
  func::FuncOp network;
  std::map<Phase, std::string> irFiles;
  std::vector<uint8_t> real;       ///< the program before quantization
  std::vector<std::string> chosen; ///< what was chosen on images and frames, for people
  ReferenceCheck check;
  std::optional<Measured> measured; ///< the finished program beside the network

  /// What the integer network will be compared with.
  LogicalResult keepReal() {
    FailureOr<std::vector<uint8_t>> bytes = cpu::writeProgram(network, getInfo());
    if (succeeded(bytes))
      real = std::move(*bytes);
    return bytes;
  }

  LogicalResult fail(const std::string &message) {
    printError(message);
    return failure();
  }

  LogicalResult parseEmitIR() {
    for (const std::string &text : options.emitIR) {
      auto [name, file] = StringRef(text).split('=');
      std::optional<Phase> phase = parsePhase(name);
      if (!phase || file.empty()) {
        std::string names;
        for (Phase known : kPhases)
          names += fmt::format("{}{}", names.empty() ? "" : ", ", getName(known).str());
        return fail(
            fmt::format("--emit-ir takes PHASE=FILE with a phase of {}, found '{}'", names, text));
      }
      irFiles[*phase] = file.str();
    }
    return success();
  }

  /// One function, and what the phases to come need of it.
  LogicalResult checkModule() {
    auto functions = llvm::to_vector(module->getOps<func::FuncOp>());
    if (functions.size() != 1 || functions.front().isDeclaration())
      return fail(
          fmt::format("{}: has {} functions; a network is one", options.model, functions.size()));
    network = functions.front();
    if (std::string problem = selectOutputs(network, options.outputNames); !problem.empty())
      return fail(fmt::format("{}: {}", options.model, problem));
    if (failed(mergeInputs(network)))
      return failure();
    bool isSpiking = !network.getOps<snn::EncodeOp>().empty();
    bool isCalibrated = false;
    network.walk(
        [&](Operation *op) { isCalibrated |= op->hasAttr(ann::ANNDialect::kRangeAttrName); });
    if (options.pipeline.calibration.empty() && !isSpiking && !isCalibrated)
      return fail(
          fmt::format("{}: activations have no ranges yet; give some hundred training images "
                      "with --calibrate FILE.npz",
                      options.model));
    if (!isSpiking && failed(checkOperators()))
      return failure();
    if (auto status = checkRequests(pipeline.metrics); !status)
      return fail(status.error());
    if (options.pipeline.calibration.empty() &&
        (!options.pipeline.tuning.goal.empty() || options.pipeline.tuning.correctBias))
      return fail(
          fmt::format("{}: --tune and --correct-bias run the network on images; give them with "
                      "--calibrate FILE.npz",
                      options.model));
    if (getInputParts(network).size() > 1 && !(options.mean.empty() && options.std.empty()))
      return fail(fmt::format("--mean and --std are for a network with one input, {} has several; "
                              "normalize the data of each",
                              options.model));
    std::string problem = setNormalization(network, options.mean, options.std);
    return problem.empty() ? success() : fail(fmt::format("{}: {}", options.model, problem));
  }

  /// Whether every operator converts, before any work: what `snnc check` shows.
  LogicalResult checkOperators() {
    Analysis analysis(*module, options.pipeline);
    ArrayRef<Analysis::Problem> problems = analysis.getProblems();
    if (problems.empty())
      return success();
    InFlightDiagnostic error = emitError(problems.front().location) << problems.front().message;
    if (problems.size() > 1)
      error << " (and " << problems.size() - 1 << " more; `snnc check` shows all)";
    return error;
  }

  LogicalResult emitIR(Phase phase) {
    auto found = irFiles.find(phase);
    if (found == irFiles.end())
      return success();
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (StringRef(found->second).ends_with(".mlirbc")) {
      if (failed(writeBytecodeToFile(*module, stream)))
        return fail(fmt::format("{}: cannot be written as bytecode", found->second));
    } else {
      module->print(stream, OpPrintingFlags().enableDebugInfo());
    }
    return save(found->second, text.data(), text.size());
  }

  cpu::ProgramInfo getInfo() {
    cpu::ProgramInfo info;
    info.model = llvm::sys::path::stem(options.model).str();
    // Of a network whose steps are chosen --steps was the limit, and its schedules say how many it takes.
    bool isChosen = options.steps > 0 && pipeline.tuning.goal.empty() && chosen.empty();
    info.steps = isChosen
                     ? options.steps
                     : static_cast<uint32_t>(snn::countSteps(network).value_or(snn::kDefaultSteps));
    info.metrics = pipeline.metrics;
    return info;
  }

  /// The program, which knows how it did beside the network.
  FailureOr<std::vector<uint8_t>> writeMeasured() {
    cpu::ProgramInfo info = getInfo();
    FailureOr<std::vector<uint8_t>> bytes = cpu::writeProgram(network, info);
    if (failed(bytes) || !check.getObstacle().empty())
      return bytes;
    auto found = check.run(network, *bytes, pipeline, pipeline.metrics);
    if (!found)
      return fail(found.error());
    measured = std::move(*found);
    info.references = toReferences(*measured);
    info.inputRange = measured->inputRange;
    if (info.inputRange) { // widened as those of activations are
      double headroom = pipeline.inputHeadroom.value_or(pipeline.headroom);
      info.inputRange->min *= info.inputRange->min < 0 ? headroom : 1;
      info.inputRange->max *= info.inputRange->max > 0 ? headroom : 1;
    }
    return cpu::writeProgram(network, info);
  }

  /// What measuring found, and last of all what is wrong.
  void tellMeasured() {
    if (!options.quiet)
      fmt::print("{}", measured ? toText(*measured)
                                : "  not measured beside the network as imported: " +
                                      check.getObstacle() + "\n");
    if (!measured || measured->warning.empty())
      return;
    std::fflush(stdout);
    printWarning(fmt::format("{}: {}", options.model, measured->warning));
  }

  LogicalResult write() {
    cpu::ProgramInfo info = getInfo();
    FailureOr<std::vector<uint8_t>> bytes = writeMeasured();
    if (failed(bytes))
      return failure();
    std::string output = options.output.empty() ? info.model + ".snnb" : options.output;
    if (failed(save(output, bytes->data(), bytes->size())))
      return failure();
    describe(output, bytes->size(), info.steps);
    auto json = report(*bytes);
    if (failed(json) || options.json.empty())
      return success(succeeded(json));
    std::string text = toText(*json, 2);
    return save(options.json, text.data(), text.size());
  }

  /// What quantizing and measuring found.
  FailureOr<nlohmann::ordered_json> report(const std::vector<uint8_t> &bytes) {
    nlohmann::ordered_json json = nlohmann::ordered_json::object();
    if (pipeline.quantize) {
      auto quantized =
          makeReport(network, real, bytes, options.pipeline.calibration, kComparedImages);
      if (!quantized)
        return fail(quantized.error());
      fmt::print("{}", toText(*quantized));
      json = toJSON(*quantized);
    }
    if (measured)
      json["reference"] = toJSON(toReferences(*measured));
    tellMeasured();
    return json;
  }

  LogicalResult save(const std::string &path, const void *data, size_t size) {
    auto status = data::writeFile(path, {static_cast<const std::byte *>(data), size});
    return status ? success() : fail(status.error());
  }

  void describe(const std::string &output, size_t size, uint32_t steps) {
    int64_t layers = 0, neurons = 0;
    network.walk([&](snn::NeuronOpInterface neuron) {
      ++layers;
      neurons += neuron.getSpikes().getType().getNumElements();
    });
    fmt::print("{}: {} neurons in {} layers, {} time steps, {:.1f} KiB\n", output, neurons, layers,
               steps, static_cast<double>(size) / 1024);
    reportChoice();
  }

  void reportChoice() {
    for (const std::string &text : chosen)
      fmt::print("  {}\n", text);
  }
};

} // namespace

OwningOpRef<ModuleOp> compileNetwork(const CompileOptions &options, MLIRContext &context) {
  loadDialects(context);
  return Compilation(options, context).getNetwork();
}

std::optional<CompiledNetwork> compileProgram(const CompileOptions &options, MLIRContext &context) {
  FailureOr<CompiledNetwork> compiled = Compilation(options, context).getProgram();
  return succeeded(compiled) ? std::optional(std::move(*compiled)) : std::nullopt;
}

int compile(const CompileOptions &options) {
  MLIRContext context(MLIRContext::Threading::DISABLED);
  return succeeded(Compilation(options, context).run()) ? 0 : 1;
}

} // namespace snnc
