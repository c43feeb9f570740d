// RUN: snn-opt %s --verify-roundtrip | FileCheck %s
// RUN: snn-opt %s | FileCheck %s --check-prefix=SPACES --strict-whitespace
// SPACES: snn.encode %arg0 direct mean

// Tests that a whole network in changes keeps its text form: encode, every synapse, a neuron, decode.
// CHECK-LABEL: func.func @changes
func.func @changes(%x: tensor<?x2x4x4xf32>) -> tensor<?x3xf32> {
  %w = arith.constant dense<0.5> : tensor<4x1x3x3xf32>
  %b = arith.constant dense<1.0> : tensor<4xf32>
  // CHECK: snn.encode %{{.*}} direct mean [5.000000e-01, 2.500000e-01] std [1.000000e+00, 2.000000e+00] : tensor<?x2x4x4xf32> -> !snn.spikes<2x4x4, graded>
  %in = snn.encode %x direct mean [0.5, 0.25] std [1.0, 2.0] : tensor<?x2x4x4xf32> -> !snn.spikes<2x4x4, graded>
  // CHECK: snn.conv %{{.*}}, %{{.*}} bias %{{.*}} strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 2 : (!snn.spikes<2x4x4, graded>, tensor<4x1x3x3xf32>, tensor<4xf32>) -> !snn.current<4x4x4>
  %c = snn.conv %in, %w bias %b strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 2 : (!snn.spikes<2x4x4, graded>, tensor<4x1x3x3xf32>, tensor<4xf32>) -> !snn.current<4x4x4>
  // CHECK: snn.neuron relu(%{{.*}}) schedule <exponential(0.15, 0.95)> code <sign> : (!snn.current<4x4x4>) -> !snn.spikes<4x4x4, sign>
  %s = snn.neuron relu(%c) schedule <exponential(0.15, 0.95)> code <sign> : (!snn.current<4x4x4>) -> !snn.spikes<4x4x4, sign>
  // CHECK: snn.average_pool %{{.*}} kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] {count_include_pad}
  %p = snn.average_pool %s kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] {count_include_pad} : (!snn.spikes<4x4x4, sign>) -> !snn.current<4x2x2>
  %f = arith.constant dense<2.0> : tensor<4x1x1xf32>
  // CHECK: snn.scale
  %sc = snn.scale %p, %f : (!snn.current<4x2x2>, tensor<4x1x1xf32>) -> !snn.current<4x2x2>
  // CHECK: snn.bias
  %bi = snn.bias %sc, %f : (!snn.current<4x2x2>, tensor<4x1x1xf32>) -> !snn.current<4x2x2>
  // CHECK: snn.add
  %a = snn.add %bi, %p : (!snn.current<4x2x2>, !snn.current<4x2x2>) -> !snn.current<4x2x2>
  // CHECK: snn.transpose %{{.*}} perm = [0, 2, 1]
  %t = snn.transpose %a perm = [0, 2, 1] : (!snn.current<4x2x2>) -> !snn.current<4x2x2>
  // CHECK: snn.pad %{{.*}} pads = [0, 1, 0, 0, 0, -1] value = -2.000000e+00
  %pd = snn.pad %t pads = [0, 1, 0, 0, 0, -1] value = -2.0 : (!snn.current<4x2x2>) -> !snn.current<4x3x1>
  // CHECK: snn.slice %{{.*}} starts = [0, 2, 0] sizes = [4, 2, 1] steps = [1, -1, 1]
  %sl = snn.slice %pd starts = [0, 2, 0] sizes = [4, 2, 1] steps = [1, -1, 1] : (!snn.current<4x3x1>) -> !snn.current<4x2x1>
  // CHECK: snn.concat %{{.*}}, %{{.*}} axis = 1
  %cc = snn.concat %sl, %pd axis = 1 : (!snn.current<4x2x1>, !snn.current<4x3x1>) -> !snn.current<4x5x1>
  // CHECK: snn.reshape %{{.*}} shape = [20]
  %r = snn.reshape %cc shape = [20] : (!snn.current<4x5x1>) -> !snn.current<20>
  %g = arith.constant dense<0.1> : tensor<20x3xf32>
  // CHECK: snn.gemm
  %z = snn.gemm %r, %g : (!snn.current<20>, tensor<20x3xf32>) -> !snn.current<3>
  // CHECK: snn.decode %{{.*}} : !snn.current<3> -> tensor<?x3xf32>
  %y = snn.decode %z : !snn.current<3> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// Tests the rate-coded operations.
// CHECK-LABEL: func.func @rates
func.func @rates(%x: tensor<?x3xf64>) -> tensor<?x3xf64> {
  // CHECK: snn.encode %{{.*}} analog : tensor<?x3xf64> -> !snn.spikes<3, analog>
  %in = snn.encode %x analog : tensor<?x3xf64> -> !snn.spikes<3, analog>
  %w = arith.constant dense<0.5> : tensor<3x3xf64>
  // CHECK: (!snn.spikes<3, analog>, tensor<3x3xf64>) -> !snn.current<3, rate>
  %c = snn.gemm %in, %w : (!snn.spikes<3, analog>, tensor<3x3xf64>) -> !snn.current<3, rate>
  // CHECK: snn.if %{{.*}} schedule <inverse(1.0)> : !snn.current<3, rate> -> !snn.spikes<3, binary>
  %s = snn.if %c schedule <inverse(1.0)> : !snn.current<3, rate> -> !snn.spikes<3, binary>
  %d = snn.gemm %s, %w : (!snn.spikes<3, binary>, tensor<3x3xf64>) -> !snn.current<3, rate>
  // CHECK: snn.decode %{{.*}} schedule <inverse(1.0)> : !snn.current<3, rate> -> tensor<?x3xf64>
  %y = snn.decode %d schedule <inverse(1.0)> : !snn.current<3, rate> -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}

// Tests two-operand neurons, the ternary code, staged dyadic schedules, and ranges.
// CHECK-LABEL: func.func @ternary
func.func @ternary(%a: !snn.current<2x2>, %b: !snn.current<2x2>) -> !snn.spikes<2x2, ternary> {
  // CHECK: snn.neuron max(%{{.*}}, %{{.*}}) schedule <dyadic(0.5, 2), start = 3, steps = 6> code <ternary, 0.5> range dense<2.000000e+00> : tensor<2x1xf64>
  %s = snn.neuron max(%a, %b) schedule <dyadic(0.5, 2), start = 3, steps = 6> code <ternary, 0.5> range dense<2.0> : tensor<2x1xf64> : (!snn.current<2x2>, !snn.current<2x2>) -> !snn.spikes<2x2, ternary>
  return %s : !snn.spikes<2x2, ternary>
}

// Tests a dead zone for updates.
// CHECK-LABEL: func.func @hysteresis
func.func @hysteresis(%a: !snn.current<2x2>) -> !snn.spikes<2x2, ternary> {
  // CHECK: code <ternary, 0.6> offset dense<1.000000e-02> : tensor<1x1xf64> hysteresis 2.500000e+00 :
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.6> offset dense<0.01> : tensor<1x1xf64> hysteresis 2.5 : (!snn.current<2x2>) -> !snn.spikes<2x2, ternary>
  return %s : !snn.spikes<2x2, ternary>
}

// Tests dead zones of early steps, where outputs start, and what receivers add to them.
// CHECK-LABEL: func.func @prior
func.func @prior(%a: !snn.current<2x2>) -> !snn.spikes<2x2, ternary> {
  // CHECK: code <ternary, 0.6, early = [0.8, 0.75]> initial dense<{{.*}}> : tensor<2x1xf64> offset dense<1.000000e-02> : tensor<1x1xf64> :
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.6, early = [0.8, 0.75]> initial dense<[[0.25], [0.0]]> : tensor<2x1xf64> offset dense<0.01> : tensor<1x1xf64> : (!snn.current<2x2>) -> !snn.spikes<2x2, ternary>
  return %s : !snn.spikes<2x2, ternary>
}

// Tests the text of every schedule and of the remaining input codes.
// CHECK-LABEL: func.func @schedules
func.func @schedules(%x: tensor<?x2xf32>) {
  // CHECK: float schedule <inverse(1.0)>
  %0 = snn.encode %x float schedule <inverse(1.0)> : tensor<?x2xf32> -> !snn.spikes<2, graded>
  // CHECK: spike schedule <constant(0.1), steps = 8> {{.*}} -> !snn.spikes<2, sign>
  %1 = snn.encode %x spike schedule <constant(0.1), steps = 8> : tensor<?x2xf32> -> !snn.spikes<2, sign>
  return
}
