//===- Fewer steps, fewer events: choices made on calibration data ----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_PASSES_TD
#define SNNC_COMPILER_TUNE_PASSES_TD

include "compiler/options/Options.td"

def FitSchedulePass : Pass<"snn-fit-schedule", "::mlir::func::FuncOp"> {
  let summary = "choose steps and starts of one schedule for the whole network on calibration images";
  let description = [{
    Works on a network of ternary neurons with dyadic schedules. All layers get equally many steps, and
    begin equally far behind each other: the fewest of a ladder of settings with which the outputs come
    near enough to the ANN's on some calibration images, or those that come nearest. Dead zones and the
    first step stay. With `staged` all that a layer hears is final when it starts: what a processor computes
    without time steps.

    Before: `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 3, steps = 8> code <ternary, 0.66>`
    After:  `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 2, steps = 5> code <ternary, 0.66>`

    Needs the writer of event programs, as `--snn-tune-schedule` does.
  }];
  let options = [
    Calibration,
    Option<"error", "error", "double", "1e-3",
      "share of the variance of the ANN's outputs that may be lost">,
    Option<"maxSteps", "max-steps", "int64_t", "0", "time steps at most; 0: as many as it takes">,
    Option<"skew", "skew", "double", "-1",
      "time steps by which each layer starts later; below 0: it is chosen, too">,
    Option<"staged", "staged", "bool", "false",
      "each layer starts in the last step of those before it, as far as max-steps allows">,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
  let constructor = "::snnc::createFitSchedulePass({})";
}

def TuneSchedulePass : Pass<"snn-tune-schedule", "::mlir::func::FuncOp"> {
  let summary = "choose steps, scales, dead zones and starts per layer within an accuracy budget";
  let description = [{
    Works on a network of ternary neurons. Runs it on calibration images, replays what each layer heard
    under other choices, and gives every layer those that cost the least for the error they leave; then
    changes one layer at a time as runs of the network say, and confirms the budget on images that were
    held out from both. How many steps there are to search in, a network of equal layers shows first.
    Where nothing keeps the budget it takes what comes nearest, and warns. What it chose stands in the IR as plain attributes of
    every `snn.neuron` (schedule, code, initial) and in the weights (scales).

    Before: `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 3, steps = 5> code <ternary, 0.6>`
    After:  `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 4, steps = 4>
             code <ternary, 0.65, early = [0.8, 0.7, 0.75]> initial dense<...>`

    `goal=events` and `goal=energy` minimise events (weighted by their fan-out) within `max-steps`;
    `goal=steps` finds the fewest steps first. Needs the writer of event programs, which lives above the
    compiler: tools give it when they register the pass. docs/guides/tuning.md.
  }];
  let options = [
    Calibration,
    Goal, Budget, Metrics, Confidence, Safety,
    Option<"share", "share", "double", "1", "how much of the budget it may use, above 0 and up to 1; the rest is for others">,
    Option<"maxSteps", "max-steps", "int64_t", "0", "time steps at most; 0: as many as the network takes; "
      "-1: as many as the budget takes">,
    TuneImages,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">,
    TuneState, TuneReports
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
  let constructor = "::snnc::createTuneSchedulePass({})";
}

def TuneUpdatesPass : Pass<"snn-tune-updates", "::mlir::func::FuncOp"> {
  let summary = "choose hysteresis and bottleneck neurons on a stream of frames";
  let description = [{
    Works on a network that takes updates (docs/spec/snn.md). Runs it on the frames of a file, and keeps what takes the fewest
    events an update (`goal=energy`: the least energy) within the budget, which is of all frames beside the ANN: one
    hysteresis for all neurons first; then neurons that hand a linear current on (`bottlenecks=neurons`) are taken out
    where they cost more energy than they save; then each layer's hysteresis moves by itself. Where the frames do not keep the
    budget without hysteresis either it chooses none, and warns.

    Before: `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 7, steps = 7> code <ternary, 0.66>`
    After:  `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 7, steps = 7> code <ternary, 0.66> hysteresis 2.5`

    Needs the writer of event programs, as `--snn-tune-schedule` does.
  }];
  let options = [
    TuneStream, Goal, Budget, Metrics, Safety,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
  let constructor = "::snnc::createTuneUpdatesPass({})";
}

def BalanceUnitsPass : Pass<"snn-balance-units", "::mlir::func::FuncOp"> {
  let summary = "give channels whose errors matter less larger units, and so fewer events";
  let description = [{
    Squares of weights carry the squared error of the outputs back to every channel. A channel that is less
    sensitive than the median one of its population gets a unit (and steps) so many times as large, to the
    power of `exponent` and at most `most`. The factors go into weights; what the network computes stays
    the same but for rounding. `--snn-tune-schedule` does it by itself where it pays.

    Before: `%s = snn.neuron relu(%c) ...`, a channel of which reaches the outputs by a weight of 0.25
    After:  the same, that channel's weights before it divided by 4 and those behind it times 4, if the
            median is a weight of 1
  }];
  let options = [
    Units,
    Option<"exponent", "exponent", "double", "1", "how far units follow sensitivities; 0: not at all">,
    Option<"max", "max", "double", "8", "largest factor">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def CorrectBiasPass : Pass<"snn-correct-bias", "::mlir::func::FuncOp"> {
  let summary = "let receivers know the mean error that each channel is left with";
  let description = [{
    After its last step a neuron's output is off by what its last step and dead zone leave. The mean of
    that over calibration images, per channel, becomes the neuron's `offset`: receivers start at it, no
    event is spent, and weights and biases (and with them the ANN inside) stay as they are. Kept only
    where the network's outputs come nearer to the ANN's; a remark says by how much.
  }];
  let options = [
    Calibration,
    Option<"steps", "steps", "int64_t", "0",
      "time steps that the network will run; 0: until every schedule has ended">,
    Option<"images", "images", "int64_t", "200", "use only the first images; 0: all">,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
  let constructor = "::snnc::createCorrectBiasPass({})";
}

#endif
