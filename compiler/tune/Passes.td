//===- Fewer steps, fewer events: choices made on calibration data ----------------------------------===//
#ifndef SNNC_COMPILER_TUNE_PASSES_TD
#define SNNC_COMPILER_TUNE_PASSES_TD

include "mlir/Pass/PassBase.td"

def TuneSchedulePass : Pass<"snn-tune-schedule", "::mlir::func::FuncOp"> {
  let summary = "choose steps, scales, dead zones and starts per layer within an accuracy budget";
  let description = [{
    Works on a network of ternary neurons. Runs it on calibration images, replays what each layer heard
    under other choices, and gives every layer those that cost the least for the error they leave; then
    changes one layer at a time as runs of the network say, and confirms the budget on images that were
    held out from both. What it chose stands in the IR as plain attributes of
    every `snn.neuron` (schedule, code, initial) and in the weights (scales).

    Before: `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 3, steps = 5> code <ternary, 0.6>`
    After:  `snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 4, steps = 4>
             code <ternary, 0.65, early = [0.8, 0.7, 0.75]> initial dense<...>`

    `goal=events` and `goal=energy` minimise events (weighted by their fan-out) within `max-steps`;
    `goal=steps` finds the fewest steps first. Needs the writer of event programs, which lives above the
    compiler: tools give it when they register the pass. docs/guides/tuning.md.
  }];
  let options = [
    Option<"data", "data", "std::string", "\"\"", "file of calibration images">,
    Option<"goal", "goal", "std::string", "\"events\"", "events, steps or energy">,
    Option<"budget", "budget", "std::string", "\"agreement=0.99\"",
      "agreement=SHARE with the ANN at least, or points=P of accuracy lost at most">,
    Option<"confidence", "confidence", "double", "0",
      "how sure it must be that further images like those measured keep the budget too (0.5 to 1); "
      "0: what was measured counts">,
    Option<"safety", "safety", "double", "1",
      "the budget must hold even if outputs were so many times as far from the ANN's (1 to 100)">,
    Option<"maxSteps", "max-steps", "int64_t", "0", "time steps at most; 0: as many as the network takes">,
    Option<"images", "images", "int64_t", "0", "use only the first images; 0: all">,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">,
    Option<"state", "state", "std::string", "\"\"",
      "file that keeps what was found, so that a run that was cut off goes on; empty: none">,
    ListOption<"reports", "report", "std::string",
      "files for what was seen: .svg a plot, .json numbers, any other a table">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
  let constructor = "::snnc::createTuneSchedulePass({})";
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
    Option<"data", "data", "std::string", "\"\"", "file of calibration images">,
    Option<"steps", "steps", "int64_t", "0",
      "time steps that the network will run; 0: until every schedule has ended">,
    Option<"images", "images", "int64_t", "200", "use only the first images; 0: all">,
    Option<"threads", "threads", "int64_t", "0", "0: one per processor">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
  let constructor = "::snnc::createCorrectBiasPass({})";
}

#endif
