// RUN: snn-opt %s --ann-insert-identities | FileCheck %s
// RUN: snn-opt %s --ann-insert-identities="fan-out=3" | FileCheck %s --check-prefix=FEW

// Tests that a neuron stands before a matrix that reads what a matrix and a sum gave, once for two readers.
// CHECK-LABEL: func.func @bottleneck
// FEW-LABEL: func.func @bottleneck
func.func @bottleneck(%x: tensor<?x4xf32>) -> (tensor<?x16xf32>, tensor<?x16xf32>) {
  %w = ann.constant dense<0.5> : tensor<4x4xf32>
  %v = ann.constant dense<0.25> : tensor<4x16xf32>
  // CHECK: [[A:%.+]] = ann.gemm %arg0
  // FEW: [[A:%.+]] = ann.gemm %arg0
  %0 = ann.gemm %x, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  // CHECK: [[R:%.+]] = ann.relu [[A]]
  %1 = ann.relu %0 : tensor<?x4xf32>
  // CHECK: [[B:%.+]] = ann.gemm [[R]]
  %2 = ann.gemm %1, %w : (tensor<?x4xf32>, tensor<4x4xf32>) -> tensor<?x4xf32>
  // CHECK: [[S:%.+]] = ann.add [[B]], [[A]]
  %3 = ann.add %2, %0 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK-NEXT: [[I:%.+]] = ann.leaky_relu [[S]] alpha = 1.000000e+00
  // CHECK: ann.gemm [[I]]
  // CHECK: ann.gemm [[I]]
  %4 = ann.gemm %3, %v : (tensor<?x4xf32>, tensor<4x16xf32>) -> tensor<?x16xf32>
  %5 = ann.gemm %3, %v : (tensor<?x4xf32>, tensor<4x16xf32>) -> tensor<?x16xf32>
  return %4, %5 : tensor<?x16xf32>, tensor<?x16xf32>
}

// Tests what needs none: the input, activations, both of them moved or side by side, what has few weights.
// CHECK-LABEL: func.func @sent
// CHECK-NOT: leaky_relu
// FEW-LABEL: func.func @sent
// FEW: ann.gemm
// FEW: ann.leaky_relu
// FEW: ann.gemm
func.func @sent(%x: tensor<?x2x2xf32>) -> tensor<?x4xf32> {
  %v = ann.constant dense<0.25> : tensor<4x16xf32>
  %w = ann.constant dense<0.5> : tensor<16x3xf32>
  %u = ann.constant dense<0.5> : tensor<3x4xf32>
  %0 = ann.flatten %x axis = 1 : (tensor<?x2x2xf32>) -> tensor<?x4xf32>
  %1 = ann.gemm %0, %v : (tensor<?x4xf32>, tensor<4x16xf32>) -> tensor<?x16xf32>
  %2 = ann.tanh %1 : tensor<?x16xf32>
  %4 = ann.slice %2 starts = [0, 0] sizes = [-1, 16] steps = [1, 1] : (tensor<?x16xf32>) -> tensor<?x16xf32>
  %5 = ann.gemm %4, %w : (tensor<?x16xf32>, tensor<16x3xf32>) -> tensor<?x3xf32>
  %6 = ann.gemm %5, %u : (tensor<?x3xf32>, tensor<3x4xf32>) -> tensor<?x4xf32>
  return %6 : tensor<?x4xf32>
}

// Tests that strides and groups count: an element of a depthwise convolution has nine weights.
// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<?x8x4x4xf32>) -> tensor<?x8x2x2xf32> {
  %w = ann.constant dense<0.5> : tensor<8x1x3x3xf32>
  %v = ann.constant dense<0.5> : tensor<8x8x3x3xf32>
  // CHECK: ann.conv
  // CHECK-NOT: leaky_relu
  // CHECK: ann.conv
  // CHECK: ann.leaky_relu
  // CHECK: ann.conv
  %0 = ann.conv %x, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 8 : (tensor<?x8x4x4xf32>, tensor<8x1x3x3xf32>) -> tensor<?x8x4x4xf32>
  %1 = ann.conv %0, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] group = 8 : (tensor<?x8x4x4xf32>, tensor<8x1x3x3xf32>) -> tensor<?x8x4x4xf32>
  %2 = ann.conv %1, %v strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] : (tensor<?x8x4x4xf32>, tensor<8x8x3x3xf32>) -> tensor<?x8x2x2xf32>
  return %2 : tensor<?x8x2x2xf32>
}
