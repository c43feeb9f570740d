//===- From a trained network to a spiking one ------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_PASSES_TD
#define SNNC_COMPILER_CONVERT_PASSES_TD

include "compiler/options/Options.td"

def ConvertANNToSNNPass : Pass<"convert-ann-to-snn", "::mlir::ModuleOp"> {
  let summary = "turn activations into neurons, and what lies between them into synapses";
  let description = [{
    Every function of ann operations with one input becomes encode, synapses, neurons and a decode for each
    result. What `--ann-place-heads` marked goes behind the decoders. A neuron works in units of the largest activation that `--ann-calibrate` saw
    (attribute `ann.range`; 1 without it): a `snn.scale` behind it brings its events back to the
    network's units, and, where the function allows it, one before it divides its input.
    `--snn-fold-scales` then moves them into weights.

    `dynamics=signgd` follows each function by sign gradient descent; `dynamics=subgradient` gives
    rate-coded integrate-and-fire neurons, for relu only (Oh & Lee, ICML 2024).

    Layer `l` (the first neurons are layer 0) starts its schedule at time step `floor(skew * l)`.
  }];
  let options = [
    Dynamics, Schedule, Code, InputCode, Skew, ScalePer, Gelu, Norm, Products
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def SetHysteresisPass : Pass<"snn-set-hysteresis", "::mlir::func::FuncOp"> {
  let summary = "give neurons a dead zone for updates";
  let description = [{
    A new input to a running network moves most neurons by little. With a `hysteresis`, in last steps, a neuron says
    nothing about that until its error is larger (docs/spec/snn.md, "Updates"): fewer events, for an error that is at most so
    large. Neurons without the ternary code or with a schedule that does not end have none, and neither have norms: what
    they divide by concerns everyone. It is an error where nobody is left.

    Before: `%s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.66> ...`
    After:  `%s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.66> hysteresis 3.0 ...`
  }];
  let options = [Hysteresis];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

def DecomposeSynapsesPass : Pass<"snn-decompose-synapses", "::mlir::func::FuncOp"> {
  let summary = "replace synapses that others make up by these";
  let description = [{
    A synapse that says which others it is made of (`DecomposableOpInterface`) becomes these. Comes before scales are folded,
    and before anything looks at weights, so that a new synapse with weights needs no more than its shape and this.

    Before: `%c = other.band %s, %w : (!snn.spikes<3, sign>, tensor<2x2xf64>) -> !snn.current<2>`
    After:
    ```mlir
    %m = arith.constant dense<[[1.0, 0.0], [2.0, 3.0], [0.0, 4.0]]> : tensor<3x2xf64>
    %c = snn.gemm %s, %m : (!snn.spikes<3, sign>, tensor<3x2xf64>) -> !snn.current<2>
    ```
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

def ExpandIndexMapsPass : Pass<"snn-expand-index-maps", "::mlir::func::FuncOp"> {
  let summary = "spell synapses that move elements in those that every target has a form for";
  let description = [{
    What moves elements says where each comes from (`IndexMapOpInterface`), and that is enough: elements in a row, with
    one of the border behind them where there is one, are gathered. Several streams are added. An operation for which exec,
    event programs and core programs have a form of its own stays: reshape, transpose, slice, pad, gather, concat.

    Before: `%c = other.roll %s by 1 : (!snn.spikes<2x2, sign>) -> !snn.current<2x2>`
    After:
    ```mlir
    %r = snn.reshape %s shape = [4] : (!snn.spikes<2x2, sign>) -> !snn.current<4>
    %g = snn.gather %r axis = 0 indices = [1, 0, 3, 2] : (!snn.current<4>) -> !snn.current<4>
    %c = snn.reshape %g shape = [2, 2] : (!snn.current<4>) -> !snn.current<2x2>
    ```
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect"];
}

def FoldScalesPass : Pass<"snn-fold-scales", "::mlir::func::FuncOp"> {
  let summary = "move scales into the weights before or behind them";
  let description = [{
    A `snn.scale` commutes with pools, shape operations and, when it is per channel, meets a
    convolution or a gemm whose weights it can go into. First all scales move up as far as they can
    (through `snn.add` into both branches), then those directly on spikes look for weights below.
    What is left is a real synapse: one weight per neuron, as on an identity shortcut. Reports how
    many were folded as a remark on the function.
  }];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
}

#endif
