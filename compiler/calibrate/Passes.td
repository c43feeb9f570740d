//===- What a network's activations look like on real data ------------------------------------------===//
#ifndef SNNC_COMPILER_CALIBRATE_PASSES_TD
#define SNNC_COMPILER_CALIBRATE_PASSES_TD

include "compiler/options/Options.td"

def CalibratePass : Pass<"ann-calibrate", "::mlir::func::FuncOp"> {
  let summary = "record the range of every activation on calibration data";
  let description = [{
    Evaluates the network on the images of `data` (.npz with `x`, .npy or IDX; bytes are divided by
    255, then the input's `ann.mean` and `ann.std` apply) and puts an `ann.range` attribute on
    every nonlinear operation: the smallest and the largest value per channel, per neuron, or over
    the tensor.

    What operations need of their operands is checked on the way: denominators have one sign, and where it is minus
    numerator and denominator are negated, so that neurons divide by positive numbers; roots are of numbers that are not negative; elements that a
    finite mask hides are as close as that takes (`ann.spread`).

    Bounds of an `ann.clip` that are the saturation of a quantized file (`ann.saturation`) go away where the images never
    exceed them by more than one step.

    `per=neuron` is the reference implementation's rule: one range per position. Per channel is
    better, since it folds into weights. Channels are dimension 1 behind a convolution and the last
    dimension behind a gemm; the exponentials of a softmax have one range along its axis.

    Before: `%1 = ann.relu %0 : tensor<?x2x4x4xf32>`
    After:  `%1 = ann.relu %0 {ann.range = #ann.range<dense<0.0> : tensor<2xf64>, dense<[1.5, 0.25]> : tensor<2xf64>>} : ...`
  }];
  let options = [
    Calibration, ScalePer,
    Option<"limit", "limit", "int64_t", "0", "use only the first images; 0: all">,
    Headroom,
    Option<"minValues", "min-values", "int64_t", "1000",
           "per=channel: a layer whose channels give fewer values each has one range for all of them">
  ];
  let dependentDialects = ["::snnc::ann::ANNDialect"];
}

#endif
