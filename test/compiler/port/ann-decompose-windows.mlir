// RUN: snn-opt %s --ann-decompose | FileCheck %s

// Tests that what the last windows reach beyond the padding becomes padding, which does not count.
// CHECK-LABEL: func.func @ceil
// CHECK-NEXT: %[[P:.+]] = ann.average_pool %arg0 kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 1, 1] dilations = [1, 1] : (tensor<?x3x7x7xf32>) -> tensor<?x3x4x4xf32>
// CHECK-NEXT: return %[[P]]
func.func @ceil(%x: tensor<?x3x7x7xf32>) -> tensor<?x3x4x4xf32> {
  %0 = ann.average_pool %x kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1] ceil_mode : (tensor<?x3x7x7xf32>) -> tensor<?x3x4x4xf32>
  return %0 : tensor<?x3x4x4xf32>
}

// Tests that padding that counts stands in the input then.
// CHECK-LABEL: func.func @ceil_counts
// CHECK-NEXT: %[[I:.+]] = ann.pad %arg0 pads = [0, 0, 1, 1, 0, 0, 1, 1] value = 0.000000e+00
// CHECK-NEXT: ann.average_pool %[[I]] kernel_shape = [3, 3] strides = [2, 2] pads = [0, 0, 0, 1] dilations = [1, 1] : (tensor<?x3x9x10xf32>) -> tensor<?x3x4x5xf32>
func.func @ceil_counts(%x: tensor<?x3x7x8xf32>) -> tensor<?x3x4x5xf32> {
  %0 = ann.average_pool %x kernel_shape = [3, 3] strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] ceil_mode {count_include_pad} : (tensor<?x3x7x8xf32>) -> tensor<?x3x4x5xf32>
  return %0 : tensor<?x3x4x5xf32>
}

// Tests that a pool whose windows fit keeps its padding.
// CHECK-LABEL: func.func @ceil_fits
// CHECK-NEXT: ann.average_pool %arg0 kernel_shape = [3] strides = [2] pads = [1, 1] dilations = [1] {count_include_pad} :
func.func @ceil_fits(%x: tensor<?x3x7xf32>) -> tensor<?x3x4xf32> {
  %0 = ann.average_pool %x kernel_shape = [3] strides = [2] pads = [1, 1] dilations = [1] ceil_mode {count_include_pad} : (tensor<?x3x7xf32>) -> tensor<?x3x4xf32>
  return %0 : tensor<?x3x4xf32>
}

// Tests that dilated means are convolutions of each channel, and that windows of fewer elements are enlarged.
// CHECK-LABEL: func.func @dilated
// CHECK-DAG: %[[W:.+]] = ann.constant dense<5.000000e-01> : tensor<2x1x2xf32>
// CHECK-DAG: %[[F:.+]] = ann.constant dense<{{\[\[}}2.000000e+00, 1.000000e+00, 1.000000e+00, 2.000000e+00]]> : tensor<1x4xf32>
// CHECK: %[[C:.+]] = ann.conv %arg0, %[[W]] strides = [1] pads = [1, 1] dilations = [2] group = 2
// CHECK: ann.mul %[[C]], %[[F]]
func.func @dilated(%x: tensor<?x2x4xf32>) -> tensor<?x2x4xf32> {
  %0 = ann.average_pool %x kernel_shape = [2] strides = [1] pads = [1, 1] dilations = [2] : (tensor<?x2x4xf32>) -> tensor<?x2x4xf32>
  return %0 : tensor<?x2x4xf32>
}

// Tests that the places of a kernel along depth and height become channels: rows 0 to 3 of two planes of
// three rows (one of them padding), for each of the four places.
// CHECK-LABEL: func.func @volume
// CHECK-DAG: %[[W:.+]] = ann.constant dense<1.000000e+00> : tensor<2x4x1x3xf32>
// CHECK: %[[P:.+]] = ann.pad %arg0 pads = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0] value = 0.000000e+00
// CHECK: %[[R:.+]] = ann.reshape %[[P]] shape = [-1, 1, 9, 5]
// CHECK: %[[G:.+]] = ann.gather %[[R]] axis = 2 indices = [0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8]
// CHECK: %[[C:.+]] = ann.reshape %[[G]] shape = [-1, 4, 4, 5]
// CHECK: %[[O:.+]] = ann.conv %[[C]], %[[W]] strides = [1, 2] pads = [0, 1, 0, 0] dilations = [1, 1]
// CHECK: ann.reshape %[[O]] shape = [-1, 2, 2, 2, 2]
func.func @volume(%x: tensor<?x1x3x2x5xf32>) -> tensor<?x2x2x2x2xf32> {
  %w = ann.constant dense<1.0> : tensor<2x1x2x2x3xf32>
  %0 = ann.conv %x, %w strides = [1, 1, 2] pads = [0, 1, 1, 0, 0, 0] dilations = [1, 1, 1] : (tensor<?x1x3x2x5xf32>, tensor<2x1x2x2x3xf32>) -> tensor<?x2x2x2x2xf32>
  return %0 : tensor<?x2x2x2x2xf32>
}

// CHECK-LABEL: func.func @global
// CHECK-NEXT: ann.reduce_mean %arg0 axes = [2, 3, 4] keepdims
func.func @global(%x: tensor<?x2x3x4x5xf32>) -> tensor<?x2x1x1x1xf32> {
  %0 = ann.global_average_pool %x : (tensor<?x2x3x4x5xf32>) -> tensor<?x2x1x1x1xf32>
  return %0 : tensor<?x2x1x1x1xf32>
}

// Tests that extrema over dimensions are trees, one dimension after the other.
// CHECK-LABEL: func.func @extrema
// CHECK: %[[A:.+]] = ann.slice %arg0 starts = [0, 0, 0] sizes = [-1, 1, 3]
// CHECK: %[[B:.+]] = ann.slice %arg0 starts = [0, 1, 0] sizes = [-1, 1, 3]
// CHECK: %[[M:.+]] = ann.min %[[A]], %[[B]]
// CHECK: ann.min {{.*}} -> tensor<?x1x2xf32>
// CHECK: %[[L:.+]] = ann.min {{.*}} -> tensor<?x1x1xf32>
// CHECK: ann.reshape %[[L]] shape = [-1]
func.func @extrema(%x: tensor<?x2x3xf32>) -> tensor<?xf32> {
  %0 = ann.reduce_min %x axes = [1, 2] : (tensor<?x2x3xf32>) -> tensor<?xf32>
  return %0 : tensor<?xf32>
}

// CHECK-LABEL: func.func @log_softmax
// CHECK: %[[M:.+]] = ann.max {{.*}} -> tensor<?x1xf32>
// CHECK: %[[D:.+]] = ann.sub %arg0, %[[M]]
// CHECK: %[[E:.+]] = ann.exp %[[D]]
// CHECK: %[[S:.+]] = ann.reduce_sum %[[E]] axes = [1] keepdims
// CHECK: %[[L:.+]] = ann.log %[[S]]
// CHECK: ann.sub %[[D]], %[[L]]
func.func @log_softmax(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.log_softmax %x axis = 1 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
