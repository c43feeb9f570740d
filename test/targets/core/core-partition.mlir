// RUN: snn-opt %s --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/tiny.toml},core.program(core-partition))" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/tiny.toml},core.program(core-partition,core-place))" | FileCheck %s --check-prefix=PLACED
// RUN: snn-opt %s --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/tiny.toml},core.program(core-partition,core-place{method=row-major}))" | FileCheck %s --check-prefix=ROWS

// Tests that 16 neurons of a convolution take two cores of 8; each holds a copy of its weights for every
// pair of a source and a neuron, and hears the rows its windows reach.
// CHECK: core.core 0 load {{.*}}in_axons = 12 {{.*}}neurons = 8 {{.*}}synapse_bits = 400 {{.*}}synapses = 50
// CHECK-NEXT: core.population @neuron offsets [0, 0, 0] sizes [1, 2, 4]
// CHECK: core.core 1 load
// CHECK-NEXT: core.population @neuron offsets [0, 2, 0] sizes [1, 2, 4]
// CHECK: core.core 2
// CHECK-NEXT: core.population @output offsets [0] sizes [2]
// CHECK: core.route @input to 0 axons 12 events 1.200000e+01
// CHECK: core.route @input to 1 axons 12
// CHECK: core.route @neuron from 0 to 2 axons 8 events 1.000000e+01
// CHECK: core.route @neuron from 1 to 2 axons 8

// PLACED: row_major_hops
// PLACED: core.core 0 at [0, 0, 0]
// PLACED: core.route @input to 0 {{.*}} hops 0
// ROWS: core.core 0 at [0, 0, 0]
// ROWS: core.core 1 at [1, 0, 0]
// ROWS: core.core 2 at [2, 0, 0]
// ROWS: core.route @neuron from 0 to 2 {{.*}} hops 2
func.func @net(%x: tensor<?x1x4x4xf32>) -> tensor<?x2xf32> {
  %k = arith.constant dense<0.25> : tensor<1x1x3x3xf32>
  %w = arith.constant dense<0.5> : tensor<16x2xf32>
  %in = snn.encode %x direct : tensor<?x1x4x4xf32> -> !snn.spikes<1x4x4, graded>
  %c = snn.conv %in, %k strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (!snn.spikes<1x4x4, graded>, tensor<1x1x3x3xf32>) -> !snn.current<1x4x4>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<1x4x4>) -> !snn.spikes<1x4x4, ternary>
  %r = snn.reshape %s shape = [16] : (!snn.spikes<1x4x4, ternary>) -> !snn.current<16>
  %z = snn.gemm %r, %w : (!snn.current<16>, tensor<16x2xf32>) -> !snn.current<2>
  %y = snn.decode %z : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
