// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that normalizations keep their text form.
// CHECK-LABEL: func.func @normalizations
func.func @normalizations(%x: tensor<?x8x4xf32>, %c: tensor<8xf32>, %l: tensor<8x4xf32>) -> tensor<?x8x4xf32> {
  // CHECK: ann.layer_norm %{{.*}}, %{{.*}} axis = 1 epsilon = 1.000000e-05 : (tensor<?x8x4xf32>, tensor<8x4xf32>) -> tensor<?x8x4xf32>
  %0 = ann.layer_norm %x, %l axis = 1 epsilon = 1.0e-5 : (tensor<?x8x4xf32>, tensor<8x4xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.layer_norm %{{.*}}, %{{.*}} bias %{{.*}} axis = 1 epsilon = 1.000000e-05
  %1 = ann.layer_norm %0, %l bias %l axis = 1 epsilon = 1.0e-5 : (tensor<?x8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.instance_norm %{{.*}}, %{{.*}}, %{{.*}} epsilon = 1.000000e-05 : (tensor<?x8x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4xf32>
  %2 = ann.instance_norm %1, %c, %c epsilon = 1.0e-5 : (tensor<?x8x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.group_norm %{{.*}}, %{{.*}}, %{{.*}} num_groups = 4 epsilon = 1.000000e-05
  %3 = ann.group_norm %2, %c, %c num_groups = 4 epsilon = 1.0e-5 : (tensor<?x8x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.softmax %{{.*}} axis = 2 : (tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  %4 = ann.softmax %3 axis = 2 : (tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.log_softmax %{{.*}} axis = 2 : (tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  %logs = ann.log_softmax %4 axis = 2 : (tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.reduce_max %{{.*}} axes = [2] keepdims : (tensor<?x8x4xf32>) -> tensor<?x8x1xf32>
  %largest = ann.reduce_max %logs axes = [2] keepdims : (tensor<?x8x4xf32>) -> tensor<?x8x1xf32>
  // CHECK: ann.reduce_min %{{.*}} axes = [1, 2] : (tensor<?x8x4xf32>) -> tensor<?xf32>
  %smallest = ann.reduce_min %logs axes = [1, 2] : (tensor<?x8x4xf32>) -> tensor<?xf32>
  return %4 : tensor<?x8x4xf32>
}

// Tests that a transposed convolution, sums and operators that move elements keep theirs.
// CHECK-LABEL: func.func @moves
func.func @moves(%x: tensor<?x4x4x4xf32>, %w: tensor<4x1x2x2xf32>, %b: tensor<2xf32>) -> tensor<?x3xf32> {
  // CHECK: ann.conv_transpose %{{.*}}, %{{.*}} bias %{{.*}} strides = [2, 2] pads = [0, 0, 1, 1] dilations = [1, 1] output_padding = [1, 1] group = 2 : (tensor<?x4x4x4xf32>, tensor<4x1x2x2xf32>, tensor<2xf32>) -> tensor<?x2x8x8xf32>
  %0 = ann.conv_transpose %x, %w bias %b strides = [2, 2] pads = [0, 0, 1, 1] dilations = [1, 1] output_padding = [1, 1] group = 2 : (tensor<?x4x4x4xf32>, tensor<4x1x2x2xf32>, tensor<2xf32>) -> tensor<?x2x8x8xf32>
  // CHECK: ann.resize %{{.*}} scales = [1, 2] : (tensor<?x2x8x8xf32>) -> tensor<?x2x8x16xf32>
  %1 = ann.resize %0 scales = [1, 2] : (tensor<?x2x8x8xf32>) -> tensor<?x2x8x16xf32>
  // CHECK: ann.reduce_sum %{{.*}} axes = [1, 3] keepdims : (tensor<?x2x8x16xf32>) -> tensor<?x1x8x1xf32>
  %2 = ann.reduce_sum %1 axes = [1, 3] keepdims : (tensor<?x2x8x16xf32>) -> tensor<?x1x8x1xf32>
  // CHECK: ann.expand %{{.*}} shape = [-1, 1, 8, 3] : (tensor<?x1x8x1xf32>) -> tensor<?x1x8x3xf32>
  %3 = ann.expand %2 shape = [-1, 1, 8, 3] : (tensor<?x1x8x1xf32>) -> tensor<?x1x8x3xf32>
  // CHECK: ann.gather %{{.*}} axis = 2 indices = [7, 0, 0] : (tensor<?x1x8x3xf32>) -> tensor<?x1x3x3xf32>
  %4 = ann.gather %3 axis = 2 indices = [7, 0, 0] : (tensor<?x1x8x3xf32>) -> tensor<?x1x3x3xf32>
  // CHECK: ann.reduce_sum %{{.*}} axes = [1, 2] : (tensor<?x1x3x3xf32>) -> tensor<?x3xf32>
  %5 = ann.reduce_sum %4 axes = [1, 2] : (tensor<?x1x3x3xf32>) -> tensor<?x3xf32>
  return %5 : tensor<?x3xf32>
}
