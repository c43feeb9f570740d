// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that an integer network keeps its text form: i4 weights, shifts, and the numbers of encode, neuron and decode.
// CHECK-LABEL: func.func @integers
func.func @integers(%x: tensor<?x2x4x4xf32>) -> tensor<?x3xf32> {
  // CHECK: snn.encode %{{.*}} direct fixed <raw = u8, raw_fraction = 0, multipliers = [16448, 8224], offsets = [0, -1], shift = 10, fraction = 12, event_fraction = 0, steps = []>
  // CHECK-SAME: -> !snn.spikes<2x4x4, graded, fixed>
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0,
       multipliers = [16448, 8224], offsets = [0, -1], shift = 10, fraction = 12, event_fraction = 0,
       steps = []> : tensor<?x2x4x4xf32> -> !snn.spikes<2x4x4, graded, fixed>
  %w = arith.constant dense<-8> : tensor<4x2x1x1xi4>
  %b = arith.constant dense<100000> : tensor<4xi32>
  // CHECK: snn.conv {{.*}} shift = 3 : (!snn.spikes<2x4x4, graded, fixed>, tensor<4x2x1x1xi4>, tensor<4xi32>) -> !snn.current<4x4x4, fixed>
  %c = snn.conv %in, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] shift = 3
       : (!snn.spikes<2x4x4, graded, fixed>, tensor<4x2x1x1xi4>, tensor<4xi32>) -> !snn.current<4x4x4, fixed>
  // CHECK: snn.neuron relu(%{{.*}}) schedule <dyadic(0.5, 1), steps = 2> code <ternary, 0.5> fixed <state = 16, event_fraction = 2, operand_fraction = 8, steps = [2, 1], zones = [64, 32], shifts = [40], multipliers = [dense<1000> : tensor<4x1x1xi32>]>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <ternary, 0.5>
       fixed <state = 16, event_fraction = 2, operand_fraction = 8, steps = [2, 1], zones = [64, 32],
       shifts = [40], multipliers = [dense<1000> : tensor<4x1x1xi32>]>
       : (!snn.current<4x4x4, fixed>) -> !snn.spikes<4x4x4, ternary, fixed>
  %p = snn.average_pool %s kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0]
       : (!snn.spikes<4x4x4, ternary, fixed>) -> !snn.current<4x2x2, fixed>
  %r = snn.reshape %p shape = [16] : (!snn.current<4x2x2, fixed>) -> !snn.current<16, fixed>
  %g = arith.constant dense<1> : tensor<16x3xi2>
  // CHECK: snn.gemm %{{.*}}, %{{.*}} : (!snn.current<16, fixed>, tensor<16x3xi2>) -> !snn.current<3, fixed>
  %z = snn.gemm %r, %g : (!snn.current<16, fixed>, tensor<16x3xi2>) -> !snn.current<3, fixed>
  // CHECK: snn.decode %{{.*}} fixed <shift = 20, fraction = 12, multipliers = dense<5> : tensor<1xi32>> : !snn.current<3, fixed> -> tensor<?x3xf32>
  %y = snn.decode %z fixed <shift = 20, fraction = 12,
       multipliers = dense<5> : tensor<1xi32>> : !snn.current<3, fixed> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Tests that a clip keeps its bounds, of channels or of the population.
// CHECK-LABEL: func.func @bounds
func.func @bounds(%c: !snn.current<2x1x1, fixed>) -> (!snn.spikes<2x1x1, sign, fixed>, !snn.spikes<2x1x1, sign, fixed>) {
  // CHECK: snn.neuron clip({{.*}} multipliers = [dense<1> : tensor<1x1x1xi32>], lower = dense<-3> : tensor<2x1x1xi16>, upper = dense<{{.*}}> : tensor<2x1x1xi16>>
  %s = snn.neuron clip(%c) params [-1.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 32, event_fraction = 1, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1x1x1xi32>], lower = dense<-3> : tensor<2x1x1xi16>,
       upper = dense<[[[-3]], [[32767]]]> : tensor<2x1x1xi16>>
       : (!snn.current<2x1x1, fixed>) -> !snn.spikes<2x1x1, sign, fixed>
  // CHECK: snn.neuron clip({{.*}} lower = dense<0> : tensor<1x1x1xi16>, upper = dense<512> : tensor<1x1x1xi16>>
  %t = snn.neuron clip(%c) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 32, event_fraction = 1, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1x1x1xi32>], lower = dense<0> : tensor<1x1x1xi16>,
       upper = dense<512> : tensor<1x1x1xi16>>
       : (!snn.current<2x1x1, fixed>) -> !snn.spikes<2x1x1, sign, fixed>
  return %s, %t : !snn.spikes<2x1x1, sign, fixed>, !snn.spikes<2x1x1, sign, fixed>
}
