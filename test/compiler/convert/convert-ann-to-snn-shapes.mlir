// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s

// Tests that shape operators lose the batch dimension.
// CHECK-LABEL: func.func @shapes
// CHECK: snn.pad %{{.*}} pads = [0, 1, 1, 0, 1, 1] value = 0.000000e+00 {{.*}} -> !snn.current<2x4x4>
// CHECK: snn.slice %{{.*}} starts = [0, 1, 0] sizes = [2, 2, 4] steps = [1, 2, 1] {{.*}} -> !snn.current<2x2x4>
// CHECK: snn.transpose %{{.*}} perm = [1, 0, 2]
// CHECK: snn.concat %{{.*}}, %{{.*}} axis = 0
// CHECK: snn.reshape %{{.*}} shape = [32]
func.func @shapes(%x: tensor<?x2x2x2xf32>) -> tensor<?x32xf32> {
  %0 = ann.pad %x pads = [0, 0, 1, 1, 0, 0, 1, 1] value = 0.0 : (tensor<?x2x2x2xf32>) -> tensor<?x2x4x4xf32>
  %1 = ann.slice %0 starts = [0, 0, 1, 0] sizes = [-1, 2, 2, 4] steps = [1, 1, 2, 1] : (tensor<?x2x4x4xf32>) -> tensor<?x2x2x4xf32>
  %2 = ann.transpose %1 perm = [0, 2, 1, 3] : (tensor<?x2x2x4xf32>) -> tensor<?x2x2x4xf32>
  %3 = ann.concat %1, %2 axis = 1 : (tensor<?x2x2x4xf32>, tensor<?x2x2x4xf32>) -> tensor<?x4x2x4xf32>
  %4 = ann.flatten %3 axis = 1 : (tensor<?x4x2x4xf32>) -> tensor<?x32xf32>
  return %4 : tensor<?x32xf32>
}

// Tests the means: a global pool is one window, a mean over other dimensions a connection of weight 1/n.
// CHECK-LABEL: func.func @means
// CHECK: snn.average_pool %{{.*}} kernel_shape = [2, 4] strides = [1, 1] pads = [0, 0, 0, 0]
// CHECK: snn.transpose %{{.*}} perm = [1, 2, 0]
// CHECK: arith.constant dense<5.000000e-01> : tensor<2x1xf32>
// CHECK: snn.gemm
func.func @means(%x: tensor<?x2x2x4xf32>) -> tensor<?x1x1xf32> {
  %0 = ann.global_average_pool %x : (tensor<?x2x2x4xf32>) -> tensor<?x2x1x1xf32>
  %1 = ann.reduce_mean %0 axes = [1] : (tensor<?x2x1x1xf32>) -> tensor<?x1x1xf32>
  return %1 : tensor<?x1x1xf32>
}

// Tests that a batch normalization nobody fused becomes a scale and a bias per channel.
// CHECK-LABEL: func.func @batch_norm
// CHECK: snn.scale %{{.*}} tensor<2x1x1xf32>
// CHECK: snn.bias %{{.*}} tensor<2x1x1xf32>
func.func @batch_norm(%x: tensor<?x2x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %c = ann.constant dense<1.0> : tensor<2xf32>
  %0 = ann.batch_norm %x, %c, %c, %c, %c epsilon = 0.0 : (tensor<?x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x2x2xf32>
  return %0 : tensor<?x2x2x2xf32>
}

// Tests that a matrix on the left connects the second to last dimension.
// CHECK-LABEL: func.func @matmul_left
// CHECK: snn.transpose %{{.*}} perm = [1, 0] {{.*}} -> !snn.current<4x2>
// CHECK: snn.gemm %{{.*}} : (!snn.current<4x2>, tensor<2x3xf32>) -> !snn.current<4x3>
// CHECK: snn.transpose %{{.*}} perm = [1, 0] {{.*}} -> !snn.current<3x4>
func.func @matmul_left(%x: tensor<?x2x4xf32>) -> tensor<?x3x4xf32> {
  %w = ann.constant dense<1.0> : tensor<3x2xf32>
  %0 = ann.matmul %w, %x : (tensor<3x2xf32>, tensor<?x2x4xf32>) -> tensor<?x3x4xf32>
  return %0 : tensor<?x3x4xf32>
}

// Tests a constant operand of an addition, and two activations.
// CHECK-LABEL: func.func @adds
// CHECK: snn.bias %{{.*}} tensor<1x4xf32>
// CHECK: snn.add
func.func @adds(%x: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  %c = ann.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %0 = ann.add %x, %c : (tensor<?x2x4xf32>, tensor<4xf32>) -> tensor<?x2x4xf32>
  %1 = ann.add %0, %x : (tensor<?x2x4xf32>, tensor<?x2x4xf32>) -> tensor<?x2x4xf32>
  return %1 : tensor<?x2x4xf32>
}
