#include "compiler/pipeline/Pipeline.h"

#include "compiler/calibrate/Passes.h"
#include "compiler/convert/Passes.h"
#include "compiler/pipeline/Passes.h"
#include "compiler/port/Passes.h"
#include "compiler/quantize/Passes.h"
#include "compiler/tune/Passes.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include <algorithm>

using namespace mlir;

namespace snnc {

llvm::StringRef getName(Phase phase) {
  switch (phase) {
  case Phase::Import:
    return "import";
  case Phase::Port:
    return "port";
  case Phase::Calibrate:
    return "calibrate";
  case Phase::Convert:
    return "convert";
  case Phase::Tune:
    return "tune";
  case Phase::Quantize:
    return "quantize";
  }
  return "";
}

llvm::StringRef getSentence(Phase phase) {
  switch (phase) {
  case Phase::Import:
    return "the network stands as its framework left it, in the ann dialect";
  case Phase::Port:
    return "batch normalizations are in the weights, and every operator has a spiking form";
  case Phase::Calibrate:
    return "every activation knows its range on the calibration data";
  case Phase::Convert:
    return "the network is spiking, in the snn dialect, and its scales are in the weights";
  case Phase::Tune:
    return "every layer has the steps, scales and dead zones that the calibration data ask for";
  case Phase::Quantize:
    return "with --quantize, every number is an integer, and every sum is proven to fit";
  }
  return "";
}

std::optional<Phase> parsePhase(llvm::StringRef name) {
  for (Phase phase : kPhases)
    if (getName(phase) == name)
      return phase;
  return std::nullopt;
}

static void cleanUp(OpPassManager &manager) {
  manager.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  manager.addNestedPass<func::FuncOp>(createCSEPass());
}

static void addPort(OpPassManager &manager, const PipelineOptions &options) {
  manager.addPass(createSetPrecisionPass({options.precision}));
  cleanUp(manager);
  manager.addNestedPass<func::FuncOp>(createMergeInputsPass());
  manager.addNestedPass<func::FuncOp>(createRecognizeClustersPass());
  manager.addNestedPass<func::FuncOp>(createPlaceHeadsPass({options.head}));
  manager.addNestedPass<func::FuncOp>(createFuseBatchNormPass());
  manager.addNestedPass<func::FuncOp>(createDecomposePass({options.softmax}));
  cleanUp(manager);
  InsertIdentitiesPassOptions identities;
  identities.bottlenecks = options.bottlenecks;
  manager.addNestedPass<func::FuncOp>(createInsertIdentitiesPass(identities));
}

static void addCalibrate(OpPassManager &manager, const PipelineOptions &options) {
  if (options.calibration.empty())
    return;
  CalibratePassOptions calibrate;
  calibrate.calibration = options.calibration;
  calibrate.scalePer = options.scalePer;
  calibrate.headroom = options.headroom;
  manager.addNestedPass<func::FuncOp>(createCalibratePass(calibrate));
}

/// What schedule `auto` is before images are seen, and where there are none: enough for most networks.
static constexpr llvm::StringLiteral kAutoSchedule = "dyadic:0.5,1,8";
static constexpr double kAutoSkew = 3, kStagedSkew = 7;

static bool isAuto(const PipelineOptions &options) { return options.schedule == "auto"; }

bool fitsSchedule(const PipelineOptions &options) {
  return isAuto(options) && !options.calibration.empty() && options.tuning.goal.empty();
}

/// Whether channels that matter less to those who hear them may count in larger units: events that nobody needs are not
/// sent then, which only the ternary code can leave out. The tuner chooses units of its own.
static bool mayBalanceUnits(const PipelineOptions &options) {
  return options.dynamics == "signgd" && options.scalePer != "neuron" &&
         StringRef(options.code).starts_with("ternary") && options.tuning.goal.empty();
}

static void addConvert(OpPassManager &manager, const PipelineOptions &options) {
  ConvertANNToSNNPassOptions convert;
  convert.dynamics = options.dynamics;
  convert.schedule = isAuto(options) ? kAutoSchedule.str() : options.schedule;
  convert.code = options.code;
  convert.inputCode = options.inputCode;
  convert.skew = options.skew.value_or(!isAuto(options)   ? 0
                                       : options.isStaged ? kStagedSkew
                                                          : kAutoSkew);
  convert.scalePer = options.scalePer;
  convert.gelu = options.gelu;
  convert.norm = options.norm;
  convert.products = options.products;
  manager.addPass(createConvertANNToSNNPass(convert));
  manager.addNestedPass<func::FuncOp>(createDecomposeSynapsesPass());
  manager.addNestedPass<func::FuncOp>(createFoldScalesPass());
  cleanUp(manager);
  if (mayBalanceUnits(options)) {
    BalanceUnitsPassOptions balance;
    balance.units = options.units;
    manager.addNestedPass<func::FuncOp>(createBalanceUnitsPass(balance));
  }
  manager.addNestedPass<func::FuncOp>(createExpandIndexMapsPass());
  if (options.hysteresis != 0)
    manager.addNestedPass<func::FuncOp>(createSetHysteresisPass({options.hysteresis}));
}

static constexpr double kSafetyOfFrames = 2;

static void addTune(OpPassManager &manager, const PipelineOptions &options) {
  const TuningOptions &tuning = options.tuning;
  if (fitsSchedule(options)) {
    FitSchedulePassOptions fit;
    fit.calibration = options.calibration;
    fit.maxSteps = tuning.maxSteps;
    fit.skew = options.skew.value_or(-1);
    fit.staged = options.isStaged;
    // People are told the flags that give the same network.
    tune::Tell tell = tuning.tell;
    if (options.units == "balanced" && mayBalanceUnits(options) && tell)
      tell = [tell](const std::string &text) { tell("--units balanced " + text); };
    manager.addNestedPass<func::FuncOp>(createFitSchedulePass(tuning.writeProgram, tell, fit));
  }
  if (!tuning.goal.empty()) {
    TuneSchedulePassOptions tune;
    tune.calibration = options.calibration;
    tune.goal = tuning.goal;
    tune.budget = tuning.budget;
    if (!tuning.stream.empty())
      tune.share = 0.5; // updates have the other half
    tune.confidence = tuning.confidence;
    tune.safety = tuning.safety;
    tune.maxSteps = tuning.maxSteps == 0 && isAuto(options) ? -1 : tuning.maxSteps;
    tune.images = tuning.images;
    tune.state = tuning.state;
    tune.reports = tuning.reports;
    tune.metrics = options.metrics;
    manager.addNestedPass<func::FuncOp>(
        createTuneSchedulePass(tuning.writeProgram, tuning.tell, tune));
  }
  if (tuning.correctBias) {
    CorrectBiasPassOptions correct;
    correct.calibration = options.calibration;
    correct.steps = tuning.goal.empty() ? tuning.maxSteps : 0;
    manager.addNestedPass<func::FuncOp>(createCorrectBiasPass(tuning.writeProgram, correct));
  }
  if (!tuning.stream.empty()) {
    TuneUpdatesPassOptions updates;
    updates.stream = tuning.stream;
    updates.goal = tuning.goal;
    updates.budget = tuning.budget;
    updates.metrics = options.metrics;
    // Frames are of few scenes, which say little of others: there an error counts for more than one of an image.
    updates.safety = std::min(kSafetyOfFrames * tuning.safety, 100.0);
    manager.addNestedPass<func::FuncOp>(
        createTuneUpdatesPass(tuning.writeProgram, tuning.tell, updates));
  }
}

static void addQuantize(OpPassManager &manager, const PipelineOptions &options) {
  if (!options.quantize)
    return;
  QuantizePassOptions quantize;
  quantize.weightBits = options.weightBits;
  quantize.stateBits = options.stateBits;
  quantize.steps = options.quantizeSteps;
  quantize.calibration = options.calibration;
  quantize.headroom = options.headroom;
  quantize.inputHeadroom = options.inputHeadroom.value_or(options.headroom);
  manager.addNestedPass<func::FuncOp>(createQuantizePass(quantize));
}

/// Whether `phase` does anything: without data nothing is calibrated, and without --quantize nothing is an integer.
static bool isActive(Phase phase, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Calibrate:
    return !options.calibration.empty();
  case Phase::Tune:
    return fitsSchedule(options) || !options.tuning.goal.empty();
  case Phase::Quantize:
    return options.quantize;
  default:
    return true;
  }
}

static void addPasses(OpPassManager &manager, Phase phase, const PipelineOptions &options) {
  switch (phase) {
  case Phase::Import:
    return;
  case Phase::Port:
    return addPort(manager, options);
  case Phase::Calibrate:
    return addCalibrate(manager, options);
  case Phase::Convert:
    return addConvert(manager, options);
  case Phase::Tune:
    return addTune(manager, options);
  case Phase::Quantize:
    return addQuantize(manager, options);
  }
}

void addPhase(OpPassManager &manager, Phase phase, const PipelineOptions &options) {
  addPasses(manager, phase, options);
  if (options.verifyPhases && isActive(phase, options))
    manager.addPass(createVerifyPhasePass({getName(phase).str()}));
}

namespace {

/// A row of the table as an option of a pipeline string, and what was said of it there.
template <typename T>
struct TextOption {
  detail::PassOptions::Option<T> option;
  TextOption(detail::PassOptions &parent, StringRef name, StringRef help, const T &initial)
      : option(parent, name, llvm::cl::desc(help), llvm::cl::init(initial)) {}
  T get() const { return option.getValue(); }
};

template <typename T>
struct TextOption<std::optional<T>> {
  detail::PassOptions::Option<T> option;
  TextOption(detail::PassOptions &parent, StringRef name, StringRef help, const std::optional<T> &)
      : option(parent, name, llvm::cl::desc(help)) {}
  std::optional<T> get() const {
    return option.getNumOccurrences() > 0 ? std::optional<T>(option.getValue()) : std::nullopt;
  }
};

template <typename T>
struct TextOption<std::vector<T>> {
  detail::PassOptions::ListOption<T> option;
  TextOption(detail::PassOptions &parent, StringRef name, StringRef help, const std::vector<T> &)
      : option(parent, name, llvm::cl::desc(help)) {}
  std::vector<T> get() const { return {option.begin(), option.end()}; }
};

/// The same options, for a pipeline string.
struct TextOptions : PassPipelineOptions<TextOptions> {
#define SNNC_OPTION_PIPELINE(type, member, initial, flag, help, ...)                               \
  TextOption<type> member{*this, StringRef(flag).ltrim('-'), help, type(initial)};
#define SNNC_OPTION_TUNING(type, member, initial, flag, help, ...)                                 \
  TextOption<type> member{*this, StringRef(flag).ltrim('-'), help, type(initial)};
#include "compiler/options/Options.inc"
  Option<int64_t> steps{
      *this, "steps",
      llvm::cl::desc("most time steps; of integer networks without an end, how many")};

  PipelineOptions read(const tune::WriteProgram &writeProgram) const {
    PipelineOptions options;
#define SNNC_OPTION_PIPELINE(type, member, ...) options.member = member.get();
#define SNNC_OPTION_TUNING(type, member, ...) options.tuning.member = member.get();
#include "compiler/options/Options.inc"
    options.tuning.maxSteps = steps;
    options.tuning.writeProgram = writeProgram;
    if (steps > 0)
      options.quantizeSteps = static_cast<unsigned>(int64_t(steps));
    return options;
  }
};

} // namespace

void registerPipeline(tune::WriteProgram writeProgram) {
  registerPipelinePasses();
  PassPipelineRegistration<TextOptions>(
      "snnc-pipeline", "the whole way from an imported network to a spiking one",
      [writeProgram](OpPassManager &manager, const TextOptions &text) {
        PipelineOptions options = text.read(writeProgram);
        for (Phase phase : kPhases)
          addPhase(manager, phase, options);
      });
}

} // namespace snnc
