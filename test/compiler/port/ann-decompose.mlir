// RUN: snn-opt %s --ann-decompose | FileCheck %s

// Tests that a 2 x 2 pool becomes maxima of rows, then of columns.
// CHECK-LABEL: func.func @pool
// CHECK: %[[R0:.+]] = ann.slice %arg0 starts = [0, 0, 0, 0] sizes = [-1, 3, 2, 4] steps = [1, 1, 2, 1]
// CHECK: %[[R1:.+]] = ann.slice %arg0 starts = [0, 0, 1, 0] sizes = [-1, 3, 2, 4] steps = [1, 1, 2, 1]
// CHECK: %[[R:.+]] = ann.max %[[R0]], %[[R1]]
// CHECK: %[[C0:.+]] = ann.slice %[[R]] starts = [0, 0, 0, 0] sizes = [-1, 3, 2, 2] steps = [1, 1, 1, 2]
// CHECK: %[[C1:.+]] = ann.slice %[[R]] starts = [0, 0, 0, 1] sizes = [-1, 3, 2, 2] steps = [1, 1, 1, 2]
// CHECK: %[[C:.+]] = ann.max %[[C0]], %[[C1]]
// CHECK: return %[[C]]
func.func @pool(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x2x2xf32> {
  %0 = ann.max_pool %x kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x2x2xf32>
  return %0 : tensor<?x3x2x2xf32>
}

// Tests padding, and that the odd third row joins after the first two.
// CHECK-LABEL: func.func @padded
// CHECK: %[[P:.+]] = ann.pad %arg0 pads = [0, 0, 1, 0, 0, 0, 1, 0] value = -2.000000e+02
// CHECK: %[[R0:.+]] = ann.slice %[[P]] starts = [0, 0, 0, 0]
// CHECK: %[[R1:.+]] = ann.slice %[[P]] starts = [0, 0, 1, 0]
// CHECK: %[[R2:.+]] = ann.slice %[[P]] starts = [0, 0, 2, 0]
// CHECK: %[[A:.+]] = ann.max %[[R0]], %[[R1]]
// CHECK: ann.max %[[A]], %[[R2]]
func.func @padded(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  %0 = ann.max_pool %x kernel_shape = [3, 1] strides = [1, 1] pads = [1, 0, 1, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}
