// RUN: snn-opt %s --ann-fuse-batch-norm --split-input-file --verify-diagnostics | FileCheck %s

// Tests that scale and shift go into weights and bias: gain = 2 / sqrt(3 + 1) = 1, shift = 5 - 1 * 1.
// expected-remark@below {{fused 1 of 1 batch normalizations into the weights before them}}
func.func @conv(%x: tensor<?x1x2x2xf32>) -> tensor<?x2x2x2xf32> {
  %w = ann.constant dense<[[[[1.0]]], [[[2.0]]]]> : tensor<2x1x1x1xf32>
  %b = ann.constant dense<[10.0, 20.0]> : tensor<2xf32>
  %scale = ann.constant dense<[2.0, 4.0]> : tensor<2xf32>
  %bias = ann.constant dense<[5.0, 6.0]> : tensor<2xf32>
  %mean = ann.constant dense<1.0> : tensor<2xf32>
  %variance = ann.constant dense<3.0> : tensor<2xf32>
  %0 = ann.conv %x, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x1x2x2xf32>, tensor<2x1x1x1xf32>, tensor<2xf32>) -> tensor<?x2x2x2xf32>
  %1 = ann.batch_norm %0, %scale, %bias, %mean, %variance epsilon = 1.0 : (tensor<?x2x2x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x2x2xf32>
  return %1 : tensor<?x2x2x2xf32>
}
// CHECK-LABEL: func.func @conv
// CHECK-DAG: %[[W:.+]] = ann.constant dense<{{\[\[\[\[}}1.000000e+00]]], {{\[\[\[}}4.000000e+00]]]]>
// CHECK-DAG: %[[B:.+]] = ann.constant dense<[1.400000e+01, 4.400000e+01]>
// CHECK: %[[Y:.+]] = ann.conv %{{.*}}, %[[W]] bias %[[B]]
// CHECK: return %[[Y]]

// -----

// Tests that a gemm without a bias gets one, and that columns are its channels.
// expected-remark@below {{fused 1 of 1 batch normalizations into the weights before them}}
func.func @gemm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = ann.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %scale = ann.constant dense<[1.0, 10.0]> : tensor<2xf32>
  %bias = ann.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %mean = ann.constant dense<0.0> : tensor<2xf32>
  %variance = ann.constant dense<1.0> : tensor<2xf32>
  %0 = ann.gemm %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %1 = ann.batch_norm %0, %scale, %bias, %mean, %variance epsilon = 0.0 : (tensor<?x2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}
// CHECK-LABEL: func.func @gemm
// CHECK-DAG: %[[W:.+]] = ann.constant dense<{{\[\[}}1.000000e+00, 2.000000e+01], [3.000000e+00, 4.000000e+01]]>
// CHECK-DAG: %[[B:.+]] = ann.constant dense<[5.000000e-01, 2.500000e-01]>
// CHECK: ann.gemm %{{.*}}, %[[W]] bias %[[B]]
// CHECK-NOT: ann.batch_norm

// -----

// Tests that nothing is fused when something else reads the convolution.
// expected-remark@below {{fused 0 of 1 batch normalizations into the weights before them}}
func.func @two_users(%x: tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32> {
  %w = ann.constant dense<1.0> : tensor<1x1x1x1xf32>
  %one = ann.constant dense<1.0> : tensor<1xf32>
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x1x2x2xf32>, tensor<1x1x1x1xf32>) -> tensor<?x1x2x2xf32>
  %1 = ann.batch_norm %0, %one, %one, %one, %one epsilon = 0.0 : (tensor<?x1x2x2xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>, tensor<1xf32>) -> tensor<?x1x2x2xf32>
  %2 = ann.add %0, %1 : (tensor<?x1x2x2xf32>, tensor<?x1x2x2xf32>) -> tensor<?x1x2x2xf32>
  return %2 : tensor<?x1x2x2xf32>
}
// CHECK-LABEL: func.func @two_users
// CHECK: ann.batch_norm
