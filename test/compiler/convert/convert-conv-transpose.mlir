// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s

// Tests that a transposed convolution spreads its input by silence, and turns the kernel around.
// CHECK-LABEL: func.func @strided
func.func @strided(%x: tensor<?x1x2x2xf32>) -> tensor<?x1x4x4xf32> {
  %w = ann.constant dense<[[[[1.0, 2.0], [3.0, 4.0]]]]> : tensor<1x1x2x2xf32>
  // CHECK: %[[A:.*]] = snn.reshape %{{.*}} shape = [1, 2, 1, 2, 1]
  // CHECK: %[[B:.*]] = snn.pad %[[A]] pads = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1]
  // CHECK: %[[C:.*]] = snn.reshape %[[B]] shape = [1, 4, 4]
  // CHECK: %[[D:.*]] = snn.pad %[[C]] pads = [0, 1, 1, 0, 0, 0]
  // CHECK: %[[W:.*]] = arith.constant dense<{{\[\[\[\[}}4.000000e+00, 3.000000e+00], [2.000000e+00, 1.000000e+00]]]]> : tensor<1x1x2x2xf32>
  // CHECK: snn.conv %[[D]], %[[W]] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
  %0 = ann.conv_transpose %x, %w strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x1x2x2xf32>, tensor<1x1x2x2xf32>) -> tensor<?x1x4x4xf32>
  return %0 : tensor<?x1x4x4xf32>
}

// Tests that padding beyond the kernel cuts the input.
// CHECK-LABEL: func.func @cut
func.func @cut(%x: tensor<?x1x4xf32>) -> tensor<?x1x2xf32> {
  %w = ann.constant dense<2.0> : tensor<1x1x1xf32>
  // CHECK: %[[S:.*]] = snn.slice %{{.*}} starts = [0, 1] sizes = [1, 2] steps = [1, 1]
  // CHECK: snn.conv %[[S]]
  %0 = ann.conv_transpose %x, %w strides = [1] pads = [1, 1] dilations = [1] output_padding = [0] : (tensor<?x1x4xf32>, tensor<1x1x1xf32>) -> tensor<?x1x2xf32>
  return %0 : tensor<?x1x2xf32>
}
