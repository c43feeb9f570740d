// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=loihi" 2>&1 | FileCheck %s --check-prefix=FIXED
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=%S/Inputs/eight-bit-state.toml" 2>&1 | FileCheck %s --check-prefix=STATE
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=%S/Inputs/two-weights.toml" 2>&1 | FileCheck %s --check-prefix=WEIGHTS
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=%S/Inputs/one-sign.toml" 2>&1 | FileCheck %s --check-prefix=SIGN
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/one-axon.toml},core.program(core-partition))" 2>&1 | FileCheck %s --check-prefix=AXON
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/one-core.toml},core.program(core-partition))" 2>&1 | FileCheck %s --check-prefix=CORES
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=loihi9" 2>&1 | FileCheck %s --check-prefix=NAME

// Tests that what a core cannot do, or cannot hold, is refused with layer, reason, and by how much.
// FIXED: layer 'neuron' does not run on 'loihi': a neuron that follows a function compares it with its own estimate and moves that by steps that shrink; its neurons are fixed integrate-and-fire ones
// STATE: layer 'neuron' does not run on 'eight-bit-state': its states have 32 bits, the core's 8
// WEIGHTS: layer 'neuron' does not run on 'two-weights': a neuron has 3 different weights, the core's have at most 2
// SIGN: layer 'neuron' does not run on 'one-sign': a source has weights of both signs, the core has one sign for all weights of a source
// AXON: layer 'output' does not fit a core of 'one-axon': one neuron alone takes 2 of in_axons, 1 more than the 1 there are
// CORES: takes 2 cores, 1 more than the 1 of 'one-core'; layer 'neuron' alone takes 1
// NAME: 'loihi9' is not a core model; there are dynapcnn, generic
func.func @net(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[1.0, -2.0], [3.0, 4.0], [5.0, 6.0]]> : tensor<3x2xf32>
  %v = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %in = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
  %c = snn.gemm %in, %w : (!snn.spikes<3, graded>, tensor<3x2xf32>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %z = snn.gemm %s, %v : (!snn.spikes<2, ternary>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %z : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
