// RUN: snn-opt %s --canonicalize | FileCheck %s

// Tests that constants go to the right of add and mul, where conversion looks for them.
// CHECK-LABEL: func.func @constants_right
// CHECK-DAG: %[[A:.+]] = ann.constant dense<-3.000000e+00>
// CHECK-DAG: %[[B:.+]] = ann.constant dense<2.500000e-01>
// CHECK-DAG: %[[C:.+]] = ann.constant dense<4.000000e+00>
// CHECK: %[[S:.+]] = ann.add %arg0, %[[A]]
// CHECK: %[[D:.+]] = ann.mul %[[S]], %[[B]]
// CHECK: %[[N:.+]] = ann.neg %[[D]]
// CHECK: %[[M:.+]] = ann.add %[[N]], %[[C]]
// CHECK: return %[[M]]
func.func @constants_right(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %three = ann.constant dense<3.0> : tensor<2xf32>
  %four = ann.constant dense<4.0> : tensor<f32>
  %0 = ann.sub %x, %three : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = ann.div %0, %four : (tensor<?x2xf32>, tensor<f32>) -> tensor<?x2xf32>
  %2 = ann.sub %four, %1 : (tensor<f32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// Tests that a product with itself is a square, and that what changes nothing disappears.
// CHECK-LABEL: func.func @identities
// CHECK-NEXT: %[[S:.+]] = ann.square %arg0
// CHECK-NEXT: %[[R:.+]] = ann.relu %[[S]]
// CHECK-NEXT: return %[[R]]
func.func @identities(%x: tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32> {
  %one = ann.constant dense<1.0> : tensor<f32>
  %zero = ann.constant dense<0.0> : tensor<2x1x1xf32>
  %0 = ann.mul %x, %x : (tensor<?x2x4x4xf32>, tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %1 = ann.mul %0, %one : (tensor<?x2x4x4xf32>, tensor<f32>) -> tensor<?x2x4x4xf32>
  %2 = ann.div %1, %one : (tensor<?x2x4x4xf32>, tensor<f32>) -> tensor<?x2x4x4xf32>
  %3 = ann.sub %2, %zero : (tensor<?x2x4x4xf32>, tensor<2x1x1xf32>) -> tensor<?x2x4x4xf32>
  %4 = ann.neg %3 : tensor<?x2x4x4xf32>
  %5 = ann.neg %4 : tensor<?x2x4x4xf32>
  %6 = ann.clip %5 min = 0.0 : tensor<?x2x4x4xf32>
  %7 = ann.clip %6 : tensor<?x2x4x4xf32>
  %8 = ann.expand %7 shape = [-1, 2, 4, 4] : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %9 = ann.resize %8 scales = [1, 1] : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  %10 = ann.gather %9 axis = 1 indices = [0, 1] : (tensor<?x2x4x4xf32>) -> tensor<?x2x4x4xf32>
  return %10 : tensor<?x2x4x4xf32>
}

// Tests that a regular gather is a slice.
// CHECK-LABEL: func.func @gather
// CHECK: ann.slice %arg0 starts = [0, 5] sizes = [-1, 3] steps = [1, -2]
// CHECK: ann.gather %arg0 axis = 1 indices = [0, 0, 1]
func.func @gather(%x: tensor<?x6xf32>) -> (tensor<?x3xf32>, tensor<?x3xf32>) {
  %0 = ann.gather %x axis = 1 indices = [5, 3, 1] : (tensor<?x6xf32>) -> tensor<?x3xf32>
  %1 = ann.gather %x axis = 1 indices = [0, 0, 1] : (tensor<?x6xf32>) -> tensor<?x3xf32>
  return %0, %1 : tensor<?x3xf32>, tensor<?x3xf32>
}

// Tests that functions and moves of constants are computed, with broadcasting.
// CHECK-LABEL: func.func @constants
// CHECK-DAG: dense<{{\[}}[2.000000e+00, 3.000000e+00], [3.000000e+00, 4.000000e+00]]> : tensor<2x2xf32>
// CHECK-DAG: dense<[3.000000e+00, 1.000000e+00, 3.000000e+00]> : tensor<3xf32>
// CHECK-DAG: dense<5.000000e-01> : tensor<2xf32>
// CHECK-DAG: dense<{{\[\[}}[1.000000e+00, 1.000000e+00, 2.000000e+00, 2.000000e+00]]]> : tensor<1x1x4xf32>
func.func @constants() -> (tensor<2x2xf32>, tensor<3xf32>, tensor<2xf32>, tensor<1x1x4xf32>) {
  %a = ann.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %b = ann.constant dense<[[1.0], [2.0]]> : tensor<2x1xf32>
  %c = ann.constant dense<[1.0, 2.0, 3.0]> : tensor<3xf32>
  %d = ann.constant dense<[[[1.0, 2.0]]]> : tensor<1x1x2xf32>
  %z = ann.constant dense<0.0> : tensor<2xf32>
  %0 = ann.add %a, %b : (tensor<2xf32>, tensor<2x1xf32>) -> tensor<2x2xf32>
  %1 = ann.gather %c axis = 0 indices = [2, 0, 2] : (tensor<3xf32>) -> tensor<3xf32>
  %2 = ann.sigmoid %z : tensor<2xf32>
  %3 = ann.resize %d scales = [2] : (tensor<1x1x2xf32>) -> tensor<1x1x4xf32>
  return %0, %1, %2, %3 : tensor<2x2xf32>, tensor<3xf32>, tensor<2xf32>, tensor<1x1x4xf32>
}
