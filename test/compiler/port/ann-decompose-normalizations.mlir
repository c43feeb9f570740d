// RUN: snn-opt %s --ann-decompose | FileCheck %s

// Tests that a layer normalization becomes mean, difference, square, mean, norm, scale and bias.
// CHECK-LABEL: func.func @layer_norm
// CHECK-SAME: %[[X:.*]]: tensor<?x4x8xf32>
func.func @layer_norm(%x: tensor<?x4x8xf32>, %g: tensor<8xf32>, %b: tensor<8xf32>) -> tensor<?x4x8xf32> {
  // CHECK: %[[M:.*]] = ann.reduce_mean %[[X]] axes = [2] keepdims
  // CHECK: %[[D:.*]] = ann.sub %[[X]], %[[M]]
  // CHECK: %[[S:.*]] = ann.square %[[D]]
  // CHECK: %[[V:.*]] = ann.reduce_mean %[[S]] axes = [2] keepdims
  // CHECK: %[[N:.*]] = ann.norm %[[D]], %[[V]] epsilon = 1.000000e-05
  // CHECK: %[[G:.*]] = ann.mul %[[N]]
  // CHECK: ann.add %[[G]]
  %0 = ann.layer_norm %x, %g bias %b axis = 2 epsilon = 1.0e-5 : (tensor<?x4x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x4x8xf32>
  return %0 : tensor<?x4x8xf32>
}

// Tests that an instance normalization takes the spatial dimensions of each channel.
// CHECK-LABEL: func.func @instance_norm
func.func @instance_norm(%x: tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32> {
  %g = ann.constant dense<[2.0, 3.0]> : tensor<2xf32>
  %b = ann.constant dense<[0.5, 0.0]> : tensor<2xf32>
  // CHECK-DAG: ann.constant dense<{{\[\[\[}}2.000000e+00{{\]\]}}, {{\[\[}}3.000000e+00{{\]\]\]}}> : tensor<2x1x1xf32>
  // CHECK: ann.reduce_mean %{{.*}} axes = [2, 3] keepdims
  // CHECK: ann.norm
  %0 = ann.instance_norm %x, %g, %b epsilon = 1.0e-5 : (tensor<?x2x4x4xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x2x4x4xf32>
  return %0 : tensor<?x2x4x4xf32>
}

// Tests that the channels of a group are normalized together.
// CHECK-LABEL: func.func @group_norm
func.func @group_norm(%x: tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32> {
  %g = ann.constant dense<2.0> : tensor<4xf32>
  // CHECK: %[[R:.*]] = ann.reshape %{{.*}} shape = [-1, 2, 18]
  // CHECK: ann.reduce_mean %[[R]] axes = [2] keepdims
  // CHECK: %[[N:.*]] = ann.norm
  // CHECK: ann.reshape %[[N]] shape = [-1, 4, 3, 3]
  %0 = ann.group_norm %x, %g, %g num_groups = 2 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x3x3xf32>
  return %0 : tensor<?x4x3x3xf32>
}

// Tests nonlinear operators of an activation and a constant.
// CHECK-LABEL: func.func @constants
func.func @constants(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>) {
  %c = ann.constant dense<[1.0, -2.0]> : tensor<2xf32>
  // CHECK-DAG: %[[C:.*]] = ann.constant dense<[1.000000e+00, -2.000000e+00]>
  // CHECK-DAG: %[[N:.*]] = ann.constant dense<[-1.000000e+00, 2.000000e+00]>
  // CHECK: %[[R:.*]] = ann.reciprocal
  // CHECK: %[[Q:.*]] = ann.mul %[[R]], %[[C]]
  %0 = ann.div %c, %x : (tensor<2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  // CHECK: %[[A:.*]] = ann.add %{{.*}}, %[[N]]
  // CHECK: %[[B:.*]] = ann.relu %[[A]]
  // CHECK: %[[M:.*]] = ann.add %[[B]], %[[C]]
  %1 = ann.max %x, %c : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK: %[[X:.*]] = ann.neg
  // CHECK: %[[D:.*]] = ann.add %[[X]], %[[C]]
  // CHECK: %[[E:.*]] = ann.relu %[[D]]
  // CHECK: %[[F:.*]] = ann.neg %[[E]]
  // CHECK: %[[G:.*]] = ann.add %[[F]], %[[C]]
  %2 = ann.min %x, %c : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %0, %1, %2 : tensor<?x2xf32>, tensor<?x2xf32>, tensor<?x2xf32>
}

// Tests that learned slopes up to 1 need one neuron, others two.
// CHECK-LABEL: func.func @prelu
func.func @prelu(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %small = ann.constant dense<[0.5, -0.1]> : tensor<2xf32>
  %large = ann.constant dense<[0.5, 1.5]> : tensor<2xf32>
  // CHECK: %[[S:.*]] = ann.mul
  // CHECK: ann.max %{{.*}}, %[[S]]
  %0 = ann.prelu %x, %small : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  // CHECK: ann.relu
  // CHECK: ann.relu
  // CHECK: ann.sub
  %1 = ann.prelu %x, %large : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  return %0, %1 : tensor<?x2xf32>, tensor<?x2xf32>
}
