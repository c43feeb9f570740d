// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that every operation keeps its text form.
// CHECK-LABEL: func.func @ops
func.func @ops(%x: tensor<?x2x4x4xf32>, %f: tensor<?x6xf32>) -> tensor<?x3xf32> {
  // CHECK: ann.constant dense<5.000000e-01> : tensor<4x1x3x3xf32>
  %w = ann.constant dense<0.5> : tensor<4x1x3x3xf32>
  %v = ann.constant dense<1.0> : tensor<4xf32>
  // CHECK: ann.conv %{{.*}}, %{{.*}} bias %{{.*}} strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 2 : (tensor<?x2x4x4xf32>, tensor<4x1x3x3xf32>, tensor<4xf32>) -> tensor<?x4x4x4xf32>
  %0 = ann.conv %x, %w bias %v strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 2 : (tensor<?x2x4x4xf32>, tensor<4x1x3x3xf32>, tensor<4xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: ann.batch_norm %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}}, %{{.*}} epsilon = 1.000000e-05
  %1 = ann.batch_norm %0, %v, %v, %v, %v epsilon = 1.0e-5 : (tensor<?x4x4x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: ann.relu %{{.*}} {ann.range = #ann.range<dense<0.000000e+00> : tensor<4xf64>, dense<2.000000e+00> : tensor<4xf64>>} : tensor<?x4x4x4xf32>
  %2 = ann.relu %1 {ann.range = #ann.range<dense<0.0> : tensor<4xf64>, dense<2.0> : tensor<4xf64>>} : tensor<?x4x4x4xf32>
  // CHECK: ann.add
  %3 = ann.add %2, %0 : (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: ann.max
  %4 = ann.max %3, %0 : (tensor<?x4x4x4xf32>, tensor<?x4x4x4xf32>) -> tensor<?x4x4x4xf32>
  // CHECK: ann.average_pool %{{.*}} kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] ceil_mode {count_include_pad}
  %5 = ann.average_pool %4 kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] ceil_mode {count_include_pad} : (tensor<?x4x4x4xf32>) -> tensor<?x4x2x2xf32>
  // CHECK: ann.max_pool %{{.*}} kernel_shape = [2, 2] strides = [1, 1] pads = [0, 0, 1, 1] dilations = [1, 1] : (tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32>
  %6 = ann.max_pool %5 kernel_shape = [2, 2] strides = [1, 1] pads = [0, 0, 1, 1] dilations = [1, 1] : (tensor<?x4x2x2xf32>) -> tensor<?x4x2x2xf32>
  // CHECK: ann.pad %{{.*}} pads = [0, 0, 0, 0, 0, 0, 1, 0] value = 0.000000e+00
  %7 = ann.pad %6 pads = [0, 0, 0, 0, 0, 0, 1, 0] value = 0.0 : (tensor<?x4x2x2xf32>) -> tensor<?x4x3x2xf32>
  // CHECK: ann.slice %{{.*}} starts = [0, 0, 2, 0] sizes = [-1, 4, 3, 2] steps = [1, 1, -1, 1]
  %8 = ann.slice %7 starts = [0, 0, 2, 0] sizes = [-1, 4, 3, 2] steps = [1, 1, -1, 1] : (tensor<?x4x3x2xf32>) -> tensor<?x4x3x2xf32>
  // CHECK: ann.transpose %{{.*}} perm = [0, 1, 3, 2]
  %9 = ann.transpose %8 perm = [0, 1, 3, 2] : (tensor<?x4x3x2xf32>) -> tensor<?x4x2x3xf32>
  // CHECK: ann.reshape %{{.*}} shape = [-1, 4, 6]
  %10 = ann.reshape %9 shape = [-1, 4, 6] : (tensor<?x4x2x3xf32>) -> tensor<?x4x6xf32>
  // CHECK: ann.reduce_mean %{{.*}} axes = [1] : (tensor<?x4x6xf32>) -> tensor<?x6xf32>
  %11 = ann.reduce_mean %10 axes = [1] : (tensor<?x4x6xf32>) -> tensor<?x6xf32>
  // CHECK: ann.concat %{{.*}}, %{{.*}} axis = 1 : (tensor<?x6xf32>, tensor<?x6xf32>) -> tensor<?x12xf32>
  %12 = ann.concat %11, %f axis = 1 : (tensor<?x6xf32>, tensor<?x6xf32>) -> tensor<?x12xf32>
  %g = ann.constant dense<0.5> : tensor<3x12xf32>
  // CHECK: ann.gemm %{{.*}}, %{{.*}} transpose_b : (tensor<?x12xf32>, tensor<3x12xf32>) -> tensor<?x3xf32>
  %13 = ann.gemm %12, %g transpose_b : (tensor<?x12xf32>, tensor<3x12xf32>) -> tensor<?x3xf32>
  %h = ann.constant dense<0.5> : tensor<3x3xf32>
  // CHECK: ann.matmul %{{.*}}, %{{.*}} : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>
  %14 = ann.matmul %13, %h : (tensor<?x3xf32>, tensor<3x3xf32>) -> tensor<?x3xf32>
  // CHECK: ann.global_average_pool
  %15 = ann.global_average_pool %6 : (tensor<?x4x2x2xf32>) -> tensor<?x4x1x1xf32>
  // CHECK: ann.flatten %{{.*}} axis = 1 : (tensor<?x4x1x1xf32>) -> tensor<?x4xf32>
  %16 = ann.flatten %15 axis = 1 : (tensor<?x4x1x1xf32>) -> tensor<?x4xf32>
  return %14 : tensor<?x3xf32>
}
