// RUN: snn-opt %s --canonicalize | FileCheck %s

// Tests that operators which change nothing disappear.
// CHECK-LABEL: func.func @identities
// CHECK-NEXT: return %arg0
func.func @identities(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %zero = ann.constant dense<0.0> : tensor<2x1xf32>
  %0 = ann.transpose %x perm = [0, 1, 2] : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %1 = ann.reshape %0 shape = [-1, 2, 3] : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %2 = ann.pad %1 pads = [0, 0, 0, 0, 0, 0] value = 0.0 : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %3 = ann.slice %2 starts = [0, 0, 0] sizes = [-1, 2, 3] steps = [1, 1, 1] : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %4 = ann.concat %3 axis = 1 : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  %5 = ann.add %4, %zero : (tensor<?x2x3xf32>, tensor<2x1xf32>) -> tensor<?x2x3xf32>
  return %5 : tensor<?x2x3xf32>
}

// Tests that two of a kind become one, and that relu is idempotent.
// CHECK-LABEL: func.func @merged
// CHECK: %[[R:.+]] = ann.relu %arg0
// CHECK: %[[T:.+]] = ann.transpose %[[R]] perm = [0, 3, 1, 2]
// CHECK: %[[S:.+]] = ann.reshape %[[T]] shape = [-1, 24]
// CHECK: return %[[S]]
func.func @merged(%x: tensor<?x2x3x4xf32>) -> tensor<?x24xf32> {
  %r = ann.relu %x : tensor<?x2x3x4xf32>
  %rr = ann.relu %r : tensor<?x2x3x4xf32>
  %0 = ann.transpose %rr perm = [0, 2, 1, 3] : (tensor<?x2x3x4xf32>) -> tensor<?x3x2x4xf32>
  %1 = ann.transpose %0 perm = [0, 3, 2, 1] : (tensor<?x3x2x4xf32>) -> tensor<?x4x2x3xf32>
  %2 = ann.reshape %1 shape = [-1, 6, 4] : (tensor<?x4x2x3xf32>) -> tensor<?x6x4xf32>
  %3 = ann.reshape %2 shape = [-1, 24] : (tensor<?x6x4xf32>) -> tensor<?x24xf32>
  return %3 : tensor<?x24xf32>
}

// Tests that operators on constants are computed, also on those in resource blobs.
// CHECK-LABEL: func.func @constants
// CHECK: %[[C:.+]] = ann.constant dense<{{\[}}[0.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00], [9.000000e+00, 9.000000e+00]]>
// CHECK: ann.gemm %arg0, %[[C]]
func.func @constants(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %c = ann.constant dense<[[-1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %r = ann.relu %c : tensor<2x2xf32>
  %t = ann.transpose %r perm = [1, 0] : (tensor<2x2xf32>) -> tensor<2x2xf32>
  %n = ann.constant dense<[4.0, 5.0]> : tensor<2xf32>
  %m = ann.constant dense<[5.0, 4.0]> : tensor<2xf32>
  %a = ann.add %n, %m : (tensor<2xf32>, tensor<2xf32>) -> tensor<2xf32>
  %s = ann.reshape %a shape = [1, 2] : (tensor<2xf32>) -> tensor<1x2xf32>
  %w = ann.concat %t, %s axis = 0 : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<3x2xf32>
  %p = ann.pad %w pads = [1, 0, 0, 0] value = 7.0 : (tensor<3x2xf32>) -> tensor<4x2xf32>
  %l = ann.slice %p starts = [1, 0] sizes = [3, 2] steps = [1, 1] : (tensor<4x2xf32>) -> tensor<3x2xf32>
  %y = ann.gemm %x, %l : (tensor<?x3xf32>, tensor<3x2xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
