// RUN: snn-opt %s --snn-fold-scales --split-input-file --verify-diagnostics | FileCheck %s

// Tests that a scale goes up into weights and bias, and the one behind the spikes down through a pool
// and a reshape into the rows of a gemm.
// expected-remark@below {{folded 2 of 2 scales into weights}}
func.func @both_ways(%x: tensor<?x1x2x2xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x1x2x2xf32> -> !snn.spikes<1x2x2, graded>
  %w = arith.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = arith.constant dense<[3.0, 5.0]> : tensor<2xf32>
  %c = snn.conv %in, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.spikes<1x2x2, graded>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> !snn.current<2x2x2>
  %f = arith.constant dense<[[[0.5]], [[0.25]]]> : tensor<2x1x1xf32>
  %d = snn.scale %c, %f : (!snn.current<2x2x2>, tensor<2x1x1xf32>) -> !snn.current<2x2x2>
  %s = snn.neuron relu(%d) schedule <constant(0.5)> code <sign> : (!snn.current<2x2x2>) -> !snn.spikes<2x2x2, sign>
  %m = arith.constant dense<[[[2.0]], [[4.0]]]> : tensor<2x1x1xf32>
  %e = snn.scale %s, %m : (!snn.spikes<2x2x2, sign>, tensor<2x1x1xf32>) -> !snn.current<2x2x2>
  %p = snn.average_pool %e kernel_shape = [2, 2] strides = [1, 1] pads = [0, 0, 0, 0] : (!snn.current<2x2x2>) -> !snn.current<2x1x1>
  %r = snn.reshape %p shape = [2] : (!snn.current<2x1x1>) -> !snn.current<2>
  %g = arith.constant dense<[[1.0], [3.0]]> : tensor<2x1xf32>
  %z = snn.gemm %r, %g : (!snn.current<2>, tensor<2x1xf32>) -> !snn.current<1>
  %y = snn.decode %z : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
// CHECK-LABEL: func.func @both_ways
// CHECK-DAG: %[[W:.+]] = arith.constant dense<5.000000e-01> : tensor<2x1x1x1xf32>
// CHECK-DAG: %[[B:.+]] = arith.constant dense<[1.500000e+00, 1.250000e+00]>
// CHECK: snn.conv %{{.*}}, %[[W]] bias %[[B]]
// CHECK: %[[P:.+]] = snn.average_pool %{{.*}} (!snn.spikes<2x2x2, sign>)
// CHECK: %[[R:.+]] = snn.reshape %[[P]]
// CHECK: %[[G:.+]] = arith.constant dense<{{\[\[}}2.000000e+00], [1.200000e+01]]>
// CHECK: snn.gemm %[[R]], %[[G]]
// CHECK-NOT: snn.scale

// -----

// Tests a residual block: the scale goes into the convolution's weights on one side and stays, merged
// with the spikes' own, as the one synapse per neuron of the shortcut.
// expected-remark@below {{folded 1 of 2 scales into weights}}
func.func @residual(%s: !snn.spikes<1x2x2, sign>) -> !snn.spikes<1x2x2, sign> {
  %m = arith.constant dense<4.0> : tensor<1x1x1xf32>
  %v = snn.scale %s, %m : (!snn.spikes<1x2x2, sign>, tensor<1x1x1xf32>) -> !snn.current<1x2x2>
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %c = snn.conv %v, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<1x2x2>, tensor<1x1x1x1xf32>) -> !snn.current<1x2x2>
  %a = snn.add %c, %v : (!snn.current<1x2x2>, !snn.current<1x2x2>) -> !snn.current<1x2x2>
  %f = arith.constant dense<0.5> : tensor<1x1x1xf32>
  %x = snn.scale %a, %f : (!snn.current<1x2x2>, tensor<1x1x1xf32>) -> !snn.current<1x2x2>
  %y = snn.neuron relu(%x) schedule <constant(0.5)> code <sign> : (!snn.current<1x2x2>) -> !snn.spikes<1x2x2, sign>
  return %y : !snn.spikes<1x2x2, sign>
}
// CHECK-LABEL: func.func @residual
// CHECK-DAG: %[[W:.+]] = arith.constant dense<6.000000e+00>
// CHECK-DAG: snn.conv %arg0, %[[W]]
// CHECK-DAG: %[[M:.+]] = arith.constant dense<2.000000e+00>
// CHECK-DAG: %[[SHORT:.+]] = snn.scale %arg0, %[[M]]
// CHECK: snn.add %{{.*}}, %[[SHORT]]

// -----

// Tests that one factor per neuron stays beside a convolution, whose weights cannot take it.
// expected-remark@below {{folded 0 of 1 scales into weights}}
func.func @per_neuron(%s: !snn.spikes<1x1x2, sign>) -> !snn.current<1x1x2> {
  %m = arith.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %v = snn.scale %s, %m : (!snn.spikes<1x1x2, sign>, tensor<1x1x2xf32>) -> !snn.current<1x1x2>
  %w = arith.constant dense<3.0> : tensor<1x1x1x1xf32>
  %c = snn.conv %v, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<1x1x2>, tensor<1x1x1x1xf32>) -> !snn.current<1x1x2>
  return %c : !snn.current<1x1x2>
}
// CHECK-LABEL: func.func @per_neuron
// CHECK: snn.scale
