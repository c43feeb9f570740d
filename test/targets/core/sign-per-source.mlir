// RUN: snn-opt %s --convert-snn-to-core="model=%S/Inputs/one-sign.toml" | FileCheck %s

// Tests that each source of a convolution with groups is looked at alone: one excites, the other inhibits.
// CHECK: core.layer @neuron
func.func @net(%x: tensor<?x2x3xf32>) -> tensor<?x2x2xf32> {
  %w = arith.constant dense<[[[1.0, 2.0]], [[-3.0, -4.0]]]> : tensor<2x1x2xf32>
  %in = snn.encode %x direct : tensor<?x2x3xf32> -> !snn.spikes<2x3, graded>
  %c = snn.conv %in, %w strides = [1] pads = [0, 0] dilations = [1] group = 2
     : (!snn.spikes<2x3, graded>, tensor<2x1x2xf32>) -> !snn.current<2x2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<2x2>) -> !snn.spikes<2x2, ternary>
  %z = snn.reshape %s shape = [2, 2] : (!snn.spikes<2x2, ternary>) -> !snn.current<2x2>
  %y = snn.decode %z : !snn.current<2x2> -> tensor<?x2x2xf32>
  return %y : tensor<?x2x2xf32>
}
