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

// Tests that no value stands for the padding: the first window takes its second row twice, the last one its second
// last, so that the maximum is over the rows that exist. The odd third row joins after the first two.
// CHECK-LABEL: func.func @padded
// CHECK-NOT: ann.pad
// CHECK: %[[R0:.+]] = ann.gather %arg0 axis = 2 indices = [0, 0, 1, 2]
// CHECK: %[[R2:.+]] = ann.gather %arg0 axis = 2 indices = [1, 2, 3, 3]
// CHECK: %[[A:.+]] = ann.max %[[R0]], %arg0
// CHECK: ann.max %[[A]], %[[R2]]
func.func @padded(%x: tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32> {
  %0 = ann.max_pool %x kernel_shape = [3, 1] strides = [1, 1] pads = [1, 0, 1, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// Tests one dimension with dilation, where the nearest element is a dilation away: windows at -1, 1, 3 of elements 0, 2, 4
// from there. ceil_mode adds a window of which the last element lies beyond the padding.
// CHECK-LABEL: func.func @dilated
// CHECK: %[[I0:.+]] = ann.gather %arg0 axis = 2 indices = [1, 1, 3]
// CHECK: %[[I1:.+]] = ann.slice %arg0 starts = [0, 0, 1] sizes = [-1, 1, 3] steps = [1, 1, 2]
// CHECK: %[[I2:.+]] = ann.gather %arg0 axis = 2 indices = [3, 5, 5]
// CHECK: %[[A:.+]] = ann.max %[[I0]], %[[I1]]
// CHECK: ann.max %[[A]], %[[I2]]
func.func @dilated(%x: tensor<?x1x7xf32>) -> tensor<?x1x3xf32> {
  %0 = ann.max_pool %x kernel_shape = [3] strides = [2] pads = [1, 0] dilations = [2] ceil_mode : (tensor<?x1x7xf32>) -> tensor<?x1x3xf32>
  return %0 : tensor<?x1x3xf32>
}

// Tests that what only repeats other elements of its windows takes no maximum: of three in a row of one, none does.
// CHECK-LABEL: func.func @single
// CHECK-NOT: ann.max
// CHECK: return
func.func @single(%x: tensor<?x1x1xf32>) -> tensor<?x1x1xf32> {
  %0 = ann.max_pool %x kernel_shape = [3] strides = [1] pads = [1, 1] dilations = [1] : (tensor<?x1x1xf32>) -> tensor<?x1x1xf32>
  return %0 : tensor<?x1x1xf32>
}

// Tests that a border of the lowest number is padding, and that another one is not.
// CHECK-LABEL: func.func @border
// CHECK-NOT: ann.pad
// CHECK: ann.slice %arg0 starts = [0, 0, 0] sizes = [-1, 1, 2] steps = [1, 1, 1]
// CHECK: ann.slice %arg0 starts = [0, 0, 0] sizes = [-1, 1, 2] steps = [1, 1, 2]
// CHECK: return
func.func @border(%x: tensor<?x1x3xf32>) -> tensor<?x1x2xf32> {
  %0 = ann.pad %x pads = [0, 0, 1, 0, 0, 0] value = -3.4028234663852886e+38 : (tensor<?x1x3xf32>) -> tensor<?x1x4xf32>
  %1 = ann.max_pool %0 kernel_shape = [2] strides = [2] pads = [0, 0] dilations = [1] : (tensor<?x1x4xf32>) -> tensor<?x1x2xf32>
  return %1 : tensor<?x1x2xf32>
}

// CHECK-LABEL: func.func @number
// CHECK: ann.pad %arg0 pads = [0, 0, 1, 0, 0, 0] value = -2.000000e+00
func.func @number(%x: tensor<?x1x3xf32>) -> tensor<?x1x2xf32> {
  %0 = ann.pad %x pads = [0, 0, 1, 0, 0, 0] value = -2.0 : (tensor<?x1x3xf32>) -> tensor<?x1x4xf32>
  %1 = ann.max_pool %0 kernel_shape = [2] strides = [2] pads = [0, 0] dilations = [1] : (tensor<?x1x4xf32>) -> tensor<?x1x2xf32>
  return %1 : tensor<?x1x2xf32>
}
