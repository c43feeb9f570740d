// RUN: snn-opt %s --ann-recognize-clusters | FileCheck %s

// Tests layer normalization as exporters spell it out, with its scale and bias.
// CHECK-LABEL: func.func @layer_norm
// CHECK-DAG: %[[S:.+]] = ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]>
// CHECK-DAG: %[[B:.+]] = ann.constant dense<[5.000000e+00, 6.000000e+00, 7.000000e+00, 8.000000e+00]>
// CHECK: %[[Y:.+]] = ann.layer_norm %arg0, %[[S]] bias %[[B]] axis = 2 epsilon = 9.9999997473787516E-6
// CHECK-NEXT: return %[[Y]]
func.func @layer_norm(%x: tensor<?x3x4xf32>) -> tensor<?x3x4xf32> {
  %epsilon = ann.constant dense<1.0e-5> : tensor<f32>
  %scale = ann.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
  %bias = ann.constant dense<[5.0, 6.0, 7.0, 8.0]> : tensor<4xf32>
  %0 = ann.reduce_mean %x axes = [2] keepdims : (tensor<?x3x4xf32>) -> tensor<?x3x1xf32>
  %1 = ann.sub %x, %0 : (tensor<?x3x4xf32>, tensor<?x3x1xf32>) -> tensor<?x3x4xf32>
  %2 = ann.square %1 : tensor<?x3x4xf32>
  %3 = ann.reduce_mean %2 axes = [2] keepdims : (tensor<?x3x4xf32>) -> tensor<?x3x1xf32>
  %4 = ann.add %3, %epsilon : (tensor<?x3x1xf32>, tensor<f32>) -> tensor<?x3x1xf32>
  %5 = ann.sqrt %4 : tensor<?x3x1xf32>
  %6 = ann.div %1, %5 : (tensor<?x3x4xf32>, tensor<?x3x1xf32>) -> tensor<?x3x4xf32>
  %7 = ann.mul %6, %scale : (tensor<?x3x4xf32>, tensor<4xf32>) -> tensor<?x3x4xf32>
  %8 = ann.add %7, %bias : (tensor<?x3x4xf32>, tensor<4xf32>) -> tensor<?x3x4xf32>
  return %8 : tensor<?x3x4xf32>
}

// Tests the same with a reciprocal and without affine.
// CHECK-LABEL: func.func @reciprocal
// CHECK: ann.layer_norm %arg0, %{{.*}} axis = 1
func.func @reciprocal(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %epsilon = ann.constant dense<1.0e-5> : tensor<f32>
  %0 = ann.reduce_mean %x axes = [1] keepdims : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %1 = ann.sub %x, %0 : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  %2 = ann.mul %1, %1 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = ann.reduce_mean %2 axes = [1] keepdims : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %4 = ann.add %epsilon, %3 : (tensor<f32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %5 = ann.sqrt %4 : tensor<?x1xf32>
  %6 = ann.reciprocal %5 : tensor<?x1xf32>
  %7 = ann.mul %6, %1 : (tensor<?x1xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %7 : tensor<?x4xf32>
}

// Tests that a mean of another activation is none of it.
// CHECK-LABEL: func.func @other_mean
// CHECK-NOT: ann.layer_norm
// CHECK: return
func.func @other_mean(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %epsilon = ann.constant dense<1.0e-5> : tensor<f32>
  %0 = ann.reduce_mean %y axes = [1] keepdims : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %1 = ann.sub %x, %0 : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  %2 = ann.square %1 : tensor<?x4xf32>
  %3 = ann.reduce_mean %2 axes = [1] keepdims : (tensor<?x4xf32>) -> tensor<?x1xf32>
  %4 = ann.add %3, %epsilon : (tensor<?x1xf32>, tensor<f32>) -> tensor<?x1xf32>
  %5 = ann.sqrt %4 : tensor<?x1xf32>
  %6 = ann.div %1, %5 : (tensor<?x4xf32>, tensor<?x1xf32>) -> tensor<?x4xf32>
  return %6 : tensor<?x4xf32>
}

// Tests group normalization as PyTorch exports it, with one scale and bias per channel.
// CHECK-LABEL: func.func @group_norm
// CHECK-DAG: %[[S:.+]] = ann.constant dense<[1.000000e+00, 2.000000e+00, 3.000000e+00, 4.000000e+00]>
// CHECK-DAG: %[[B:.+]] = ann.constant dense<[5.000000e+00, 6.000000e+00, 7.000000e+00, 8.000000e+00]>
// CHECK: ann.group_norm %arg0, %[[S]], %[[B]] num_groups = 2
func.func @group_norm(%x: tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %one = ann.constant dense<1.0> : tensor<2xf32>
  %zero = ann.constant dense<0.0> : tensor<2xf32>
  %scale = ann.constant dense<[[[1.0]], [[2.0]], [[3.0]], [[4.0]]]> : tensor<4x1x1xf32>
  %bias = ann.constant dense<[[[5.0]], [[6.0]], [[7.0]], [[8.0]]]> : tensor<4x1x1xf32>
  %0 = ann.reshape %x shape = [-1, 2, 18] : (tensor<?x4x3x3xf32>) -> tensor<?x2x18xf32>
  %1 = ann.instance_norm %0, %one, %zero epsilon = 1.0e-5 : (tensor<?x2x18xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x18xf32>
  %2 = ann.reshape %1 shape = [-1, 4, 3, 3] : (tensor<?x2x18xf32>) -> tensor<?x4x3x3xf32>
  %3 = ann.mul %2, %scale : (tensor<?x4x3x3xf32>, tensor<4x1x1xf32>) -> tensor<?x4x3x3xf32>
  %4 = ann.add %3, %bias : (tensor<?x4x3x3xf32>, tensor<4x1x1xf32>) -> tensor<?x4x3x3xf32>
  return %4 : tensor<?x4x3x3xf32>
}
