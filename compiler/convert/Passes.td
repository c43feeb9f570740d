//===- From a trained network to a spiking one ------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_PASSES_TD
#define SNNC_COMPILER_CONVERT_PASSES_TD

include "mlir/Pass/PassBase.td"

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
    Option<"dynamics", "dynamics", "std::string", "\"signgd\"", "signgd or subgradient">,
    Option<"schedule", "schedule", "std::string", "\"\"",
      "exponential:FIRST,RATIO | inverse:FIRST | constant:FIRST | dyadic:FIRST,REPEAT,STEPS; default "
      "exponential:0.15,0.95 (inverse:1 for subgradient)">,
    Option<"code", "code", "std::string", "\"sign\"", "sign | ternary[:DEAD_ZONE]">,
    Option<"inputCode", "input-code", "std::string", "\"direct\"", "direct | float | spike">,
    Option<"skew", "skew", "double", "0.0", "time steps by which each layer starts later">,
    Option<"scale", "scale", "std::string", "\"all\"",
      "all | relu: which neurons work in units of their calibrated range; the paper's code scales relu "
      "only">,
    Option<"gelu", "gelu", "std::string", "\"exact\"",
      "exact | sigmoid: x * sigmoid(1.702 x), as in the paper's code">,
    Option<"norm", "norm", "std::string", "\"clamped\"",
      "clamped | unclamped: a variance whose estimate is below 0 counts as 0, or makes the neuron of a "
      "normalization rise, as in the paper's code (no integer form)">,
    Option<"products", "products", "std::string", "\"auto\"",
      "auto | synapse | neuron: products of two activations by bilinear synapses, exactly, or by a "
      "neuron for each scalar product, as in the paper's code; auto takes what costs less">
  ];
  let dependentDialects = ["::snnc::snn::SNNDialect", "::mlir::arith::ArithDialect"];
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
