#include "compiler/pipeline/Pipeline.h"

#include "compiler/calibrate/Passes.h"
#include "compiler/convert/Passes.h"
#include "compiler/port/Passes.h"
#include "compiler/quantize/Passes.h"
#include "compiler/tune/Passes.h"
#include "mlir/Pass/PassOptions.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

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
}

static void addCalibrate(OpPassManager &manager, const PipelineOptions &options) {
  if (options.calibration.empty())
    return;
  CalibratePassOptions calibrate;
  calibrate.data = options.calibration;
  calibrate.per = options.scalePer;
  calibrate.headroom = options.headroom;
  manager.addNestedPass<func::FuncOp>(createCalibratePass(calibrate));
}

/// What schedule `auto` is before images are seen, and where there are none: enough for most networks.
static constexpr llvm::StringLiteral kAutoSchedule = "dyadic:0.5,1,8";
static constexpr double kAutoSkew = 3;

static bool isAuto(const PipelineOptions &options) { return options.schedule == "auto"; }

bool fitsSchedule(const PipelineOptions &options) {
  return isAuto(options) && !options.calibration.empty() && options.tuning.goal.empty();
}

/// Whether channels that matter less to those who hear them count in larger units: events that nobody needs are not sent
/// then, which only the ternary code can leave out. The tuner chooses units of its own.
static bool balancesUnits(const PipelineOptions &options) {
  return options.units == "balanced" && options.dynamics == "signgd" &&
         options.scalePer != "neuron" && StringRef(options.code).starts_with("ternary") &&
         options.tuning.goal.empty();
}

static void addConvert(OpPassManager &manager, const PipelineOptions &options) {
  ConvertANNToSNNPassOptions convert;
  convert.dynamics = options.dynamics;
  convert.schedule = isAuto(options) ? kAutoSchedule.str() : options.schedule;
  convert.code = options.code;
  convert.inputCode = options.inputCode;
  convert.skew = options.skew.value_or(isAuto(options) ? kAutoSkew : 0);
  convert.scale = options.scalePer == "neuron" ? "relu" : "all"; // the paper's code does both
  convert.gelu = options.gelu;
  convert.norm = options.norm;
  convert.products = options.products;
  manager.addPass(createConvertANNToSNNPass(convert));
  manager.addNestedPass<func::FuncOp>(createFoldScalesPass());
  cleanUp(manager);
  if (balancesUnits(options))
    manager.addNestedPass<func::FuncOp>(createBalanceUnitsPass());
}

static void addTune(OpPassManager &manager, const PipelineOptions &options) {
  const TuningOptions &tuning = options.tuning;
  if (fitsSchedule(options)) {
    FitSchedulePassOptions fit;
    fit.data = options.calibration;
    fit.maxSteps = tuning.maxSteps;
    fit.skew = options.skew.value_or(-1);
    // People are told the flags that give the same network.
    tune::Tell tell = tuning.tell;
    if (balancesUnits(options) && tell)
      tell = [tell](const std::string &text) { tell("--units balanced " + text); };
    manager.addNestedPass<func::FuncOp>(createFitSchedulePass(tuning.writeProgram, tell, fit));
  }
  if (!tuning.goal.empty()) {
    TuneSchedulePassOptions tune;
    tune.data = options.calibration;
    tune.goal = tuning.goal;
    tune.budget = tuning.budget;
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
    correct.data = options.calibration;
    correct.steps = tuning.goal.empty() ? tuning.maxSteps : 0;
    manager.addNestedPass<func::FuncOp>(createCorrectBiasPass(tuning.writeProgram, correct));
  }
}

static void addQuantize(OpPassManager &manager, const PipelineOptions &options) {
  if (!options.quantize)
    return;
  QuantizePassOptions quantize;
  quantize.weightBits = options.weightBits;
  quantize.stateBits = options.stateBits;
  quantize.steps = options.quantizeSteps;
  quantize.data = options.calibration;
  quantize.headroom = options.headroom;
  manager.addNestedPass<func::FuncOp>(createQuantizePass(quantize));
}

void addPhase(OpPassManager &manager, Phase phase, const PipelineOptions &options) {
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

namespace {

/// The same options, for a pipeline string.
struct TextOptions : PassPipelineOptions<TextOptions> {
  PipelineOptions defaults;
  Option<std::string> precision{*this, "precision", llvm::cl::desc("f32 or f64"),
                                llvm::cl::init(defaults.precision)};
  Option<std::string> calibration{*this, "data", llvm::cl::desc("file of calibration images")};
  Option<std::string> scalePer{*this, "scale-per", llvm::cl::desc("channel, neuron or tensor"),
                               llvm::cl::init(defaults.scalePer)};
  Option<std::string> units{*this, "units", llvm::cl::desc("balanced | range"),
                            llvm::cl::init(defaults.units)};
  Option<double> headroom{*this, "headroom",
                          llvm::cl::desc("by what activations may exceed what calibration shows"),
                          llvm::cl::init(defaults.headroom)};
  Option<std::string> dynamics{*this, "dynamics", llvm::cl::desc("signgd or subgradient"),
                               llvm::cl::init(defaults.dynamics)};
  Option<std::string> schedule{*this, "schedule",
                               llvm::cl::desc("as in convert-ann-to-snn, or auto: what "
                                              "the calibration images ask for")};
  Option<std::string> code{*this, "code", llvm::cl::desc("sign | ternary[:DEAD_ZONE]"),
                           llvm::cl::init(defaults.code)};
  Option<std::string> inputCode{*this, "input-code", llvm::cl::desc("direct | float | spike"),
                                llvm::cl::init(defaults.inputCode)};
  Option<std::string> gelu{*this, "gelu", llvm::cl::desc("exact | sigmoid"),
                           llvm::cl::init(defaults.gelu)};
  Option<std::string> norm{*this, "norm", llvm::cl::desc("clamped | unclamped"),
                           llvm::cl::init(defaults.norm)};
  Option<std::string> products{*this, "products", llvm::cl::desc("auto | synapse | neuron"),
                               llvm::cl::init(defaults.products)};
  Option<std::string> softmax{*this, "softmax", llvm::cl::desc("max | bound"),
                              llvm::cl::init(defaults.softmax)};
  Option<std::string> head{*this, "head", llvm::cl::desc("host | spikes"),
                           llvm::cl::init(defaults.head)};
  Option<double> skew{*this, "skew", llvm::cl::desc("time steps by which each layer starts later")};
  Option<std::string> tune{*this, "tune",
                           llvm::cl::desc("events | steps | energy; empty: nothing is tuned")};
  Option<std::string> budget{*this, "budget", llvm::cl::desc("agreement=SHARE | points=P"),
                             llvm::cl::init(defaults.tuning.budget)};
  Option<int64_t> steps{
      *this, "steps",
      llvm::cl::desc("most time steps; of integer networks without an end, how many")};
  Option<int64_t> tuneImages{*this, "tune-images", llvm::cl::desc("images to tune on; 0: all")};
  Option<double> confidence{
      *this, "confidence",
      llvm::cl::desc("that further images keep the budget too; 0: none asked for")};
  Option<bool> correctBias{*this, "correct-bias", llvm::cl::desc("absorb mean errors into biases")};
  Option<bool> quantize{*this, "quantize", llvm::cl::desc("to integers")};
  Option<unsigned> weightBits{*this, "weight-bits", llvm::cl::desc("8 | 4 | 2"),
                              llvm::cl::init(defaults.weightBits)};
  Option<unsigned> stateBits{*this, "state-bits", llvm::cl::desc("16 | 32"),
                             llvm::cl::init(defaults.stateBits)};

  PipelineOptions read(const tune::WriteProgram &writeProgram) const {
    PipelineOptions options;
    options.precision = precision;
    options.calibration = calibration;
    options.scalePer = scalePer;
    options.units = units;
    options.headroom = headroom;
    options.dynamics = dynamics;
    options.schedule = schedule;
    options.code = code;
    options.inputCode = inputCode;
    options.gelu = gelu;
    options.norm = norm;
    options.products = products;
    options.softmax = softmax;
    options.head = head;
    if (skew.getNumOccurrences() > 0)
      options.skew = skew;
    options.tuning.goal = tune;
    options.tuning.budget = budget;
    options.tuning.maxSteps = steps;
    options.tuning.images = tuneImages;
    options.tuning.confidence = confidence;
    options.tuning.correctBias = correctBias;
    options.tuning.writeProgram = writeProgram;
    options.quantize = quantize;
    options.weightBits = weightBits;
    options.stateBits = stateBits;
    if (steps > 0)
      options.quantizeSteps = static_cast<unsigned>(int64_t(steps));
    return options;
  }
};

} // namespace

void registerPipeline(tune::WriteProgram writeProgram) {
  PassPipelineRegistration<TextOptions>(
      "snnc-pipeline", "the whole way from an imported network to a spiking one",
      [writeProgram](OpPassManager &manager, const TextOptions &text) {
        PipelineOptions options = text.read(writeProgram);
        for (Phase phase : kPhases)
          addPhase(manager, phase, options);
      });
}

} // namespace snnc
