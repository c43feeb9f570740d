// RUN: snn-opt %s --convert-snn-to-core="model=generic" | FileCheck %s
// RUN: snn-opt %s --convert-snn-to-core="model=%S/Inputs/binary.toml" | FileCheck %s --check-prefix=BINARY

// Tests that populations become layers with their synapses, depths follow the longest way, and the
// steps are those after which every schedule has ended.
// CHECK-LABEL: core.program @net model <"generic"
// CHECK-SAME: neuron = "programmable"
// CHECK-SAME: steps 5
// CHECK: core.layer @input from [] depth 0 rate 1.000000e+00
// CHECK: core.layer @neuron from [@input] depth 1 rate 1.250000e+00
// CHECK: snn.gemm
// CHECK: snn.neuron relu
// CHECK: core.layer @output from [@neuron, @input] depth 2
// CHECK: ^bb0(%[[A:.+]]: !snn.spikes<2, ternary>, %[[B:.+]]: !snn.spikes<2, graded>):
// CHECK: snn.add %[[A]], %[[B]]
// CHECK: snn.decode
// CHECK-NOT: func.func

// Tests a model without signed and graded events, and without delays: the input's 16 bits take one axon per
// sign and digit, and the way past the neuron goes through a relay.
// BINARY: core.layer @input from [] depth 0 polarities 2 digits 15
// BINARY: core.layer @neuron from [@input] depth 1 polarities 2 rate
// BINARY: core.layer @input.delay1 from [@input] depth 1 polarities 2 digits 31
// BINARY: core.layer @output from [@neuron, @input.delay1] depth 2
func.func @net(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[1.0, -2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), start = 1, steps = 4> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %z = snn.add %s, %in : (!snn.spikes<2, ternary>, !snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %z : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
