// RUN: snn-opt %s --canonicalize | FileCheck %s

// Tests that synapses which deliver what they get disappear.
// CHECK-LABEL: func.func @identities
// CHECK-NEXT: return %arg0
func.func @identities(%c: !snn.current<2x3>) -> !snn.current<2x3> {
  %ones = arith.constant dense<1.0> : tensor<2x1xf32>
  %zeros = arith.constant dense<0.0> : tensor<1x3xf32>
  %0 = snn.reshape %c shape = [2, 3] : (!snn.current<2x3>) -> !snn.current<2x3>
  %1 = snn.transpose %0 perm = [0, 1] : (!snn.current<2x3>) -> !snn.current<2x3>
  %2 = snn.pad %1 pads = [0, 0, 0, 0] value = 1.0 : (!snn.current<2x3>) -> !snn.current<2x3>
  %3 = snn.slice %2 starts = [0, 0] sizes = [2, 3] steps = [1, 1] : (!snn.current<2x3>) -> !snn.current<2x3>
  %g = snn.gather %3 axis = 1 indices = [0, 1, 2] : (!snn.current<2x3>) -> !snn.current<2x3>
  %4 = snn.concat %g axis = 1 : (!snn.current<2x3>) -> !snn.current<2x3>
  %5 = snn.scale %4, %ones : (!snn.current<2x3>, tensor<2x1xf32>) -> !snn.current<2x3>
  %6 = snn.bias %5, %zeros : (!snn.current<2x3>, tensor<1x3xf32>) -> !snn.current<2x3>
  return %6 : !snn.current<2x3>
}

// Tests that those which do something stay: elements swapped, moved by one, taken backwards, scaled once.
// CHECK-LABEL: func.func @not_identities
// CHECK: snn.transpose
// CHECK: snn.pad
// CHECK: snn.slice
// CHECK: snn.gather
// CHECK: snn.scale
// CHECK: snn.bias
func.func @not_identities(%c: !snn.current<2x2>) -> !snn.current<2x2> {
  %twos = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %some = arith.constant dense<[[0.0, 2.0]]> : tensor<1x2xf32>
  %factors = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %0 = snn.transpose %c perm = [1, 0] : (!snn.current<2x2>) -> !snn.current<2x2>
  %1 = snn.pad %0 pads = [1, 0, -1, 0] value = 0.0 : (!snn.current<2x2>) -> !snn.current<2x2>
  %2 = snn.slice %1 starts = [1, 0] sizes = [2, 2] steps = [-1, 1] : (!snn.current<2x2>) -> !snn.current<2x2>
  %g = snn.gather %2 axis = 0 indices = [0, 0] : (!snn.current<2x2>) -> !snn.current<2x2>
  %3 = snn.scale %g, %factors : (!snn.current<2x2>, tensor<1x2xf32>) -> !snn.current<2x2>
  %4 = snn.bias %3, %some : (!snn.current<2x2>, tensor<1x2xf32>) -> !snn.current<2x2>
  return %4 : !snn.current<2x2>
}

// Tests that two of a kind become one.
// CHECK-LABEL: func.func @merged
// CHECK: %[[T:.+]] = snn.transpose %arg0 perm = [2, 0, 1] : (!snn.spikes<2x3x4, sign>) -> !snn.current<4x2x3>
// CHECK: %[[R:.+]] = snn.reshape %[[T]] shape = [24] : (!snn.current<4x2x3>) -> !snn.current<24>
// CHECK: return %[[R]]
func.func @merged(%s: !snn.spikes<2x3x4, sign>) -> !snn.current<24> {
  %0 = snn.transpose %s perm = [1, 0, 2] : (!snn.spikes<2x3x4, sign>) -> !snn.current<3x2x4>
  %1 = snn.transpose %0 perm = [2, 1, 0] : (!snn.current<3x2x4>) -> !snn.current<4x2x3>
  %2 = snn.reshape %1 shape = [6, 4] : (!snn.current<4x2x3>) -> !snn.current<6x4>
  %3 = snn.reshape %2 shape = [24] : (!snn.current<6x4>) -> !snn.current<24>
  return %3 : !snn.current<24>
}

// Tests that synapses read spikes past an identity, and that what needs a current keeps it.
// CHECK-LABEL: func.func @spikes
// CHECK: %[[C:.+]] = snn.reshape %arg0 shape = [2]
// CHECK: %[[A:.+]] = snn.add %arg0, %arg0 : (!snn.spikes<2, sign>, !snn.spikes<2, sign>) -> !snn.current<2>
// CHECK: snn.neuron max(%[[C]], %[[A]])
func.func @spikes(%s: !snn.spikes<2, sign>) -> !snn.spikes<2, sign> {
  %0 = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %1 = snn.add %0, %0 : (!snn.current<2>, !snn.current<2>) -> !snn.current<2>
  %2 = snn.neuron max(%0, %1) schedule <constant(0.5)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  return %2 : !snn.spikes<2, sign>
}

// Tests that what a slice leaves out is not scaled before, whether factors repeat or not.
// CHECK-LABEL: func.func @slice_before_scale
// CHECK-DAG: %[[F:.+]] = arith.constant dense<{{\[\[}}4.000000e+00, 6.000000e+00]]> : tensor<1x2xf32>
// CHECK-DAG: %[[G:.+]] = arith.constant dense<{{\[\[}}5.000000e-01], [7.500000e-01]]> : tensor<2x1xf32>
// CHECK: %[[S:.+]] = snn.slice %arg0 starts = [0, 1] sizes = [2, 2] steps = [1, 2] : (!snn.spikes<2x4, sign>) -> !snn.current<2x2>
// CHECK: %[[A:.+]] = snn.scale %[[S]], %[[F]] : (!snn.current<2x2>, tensor<1x2xf32>) -> !snn.current<2x2>
// CHECK: snn.scale %[[A]], %[[G]]
// CHECK-NOT: snn.slice
func.func @slice_before_scale(%s: !snn.spikes<2x4, sign>) -> !snn.current<2x2> {
  %f = arith.constant dense<[[3.0, 4.0, 5.0, 6.0]]> : tensor<1x4xf32>
  %g = arith.constant dense<[[0.5], [0.75]]> : tensor<2x1xf32>
  %0 = snn.scale %s, %f : (!snn.spikes<2x4, sign>, tensor<1x4xf32>) -> !snn.current<2x4>
  %1 = snn.scale %0, %g : (!snn.current<2x4>, tensor<2x1xf32>) -> !snn.current<2x4>
  %2 = snn.slice %1 starts = [0, 1] sizes = [2, 2] steps = [1, 2] : (!snn.current<2x4>) -> !snn.current<2x2>
  return %2 : !snn.current<2x2>
}

// Tests that a scale which others read too is not made twice.
// CHECK-LABEL: func.func @scale_of_two_readers
// CHECK: %[[A:.+]] = snn.scale %arg0
// CHECK: snn.slice %[[A]]
func.func @scale_of_two_readers(%s: !snn.spikes<4, sign>) -> (!snn.current<4>, !snn.current<2>) {
  %f = arith.constant dense<[3.0, 4.0, 5.0, 6.0]> : tensor<4xf32>
  %0 = snn.scale %s, %f : (!snn.spikes<4, sign>, tensor<4xf32>) -> !snn.current<4>
  %1 = snn.slice %0 starts = [0] sizes = [2] steps = [2] : (!snn.current<4>) -> !snn.current<2>
  return %0, %1 : !snn.current<4>, !snn.current<2>
}
