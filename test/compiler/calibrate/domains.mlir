// RUN: %python %inputs/write_npy.py %t.npy 2,2  1 -2  3 -0.5
// RUN: snn-opt %s --split-input-file --ann-calibrate="data=%t.npy min-values=1" --verify-diagnostics | FileCheck %s

// Tests that a quotient with negative denominators divides by their magnitudes: both sides change their sign, and what comes out
// does not.
// CHECK-LABEL: func.func @negative
// CHECK: %[[B:.*]] = ann.slice %{{.*}} starts = [0, 1]
// CHECK: %[[N:.*]] = ann.neg %{{.*}} : tensor<?x1xf32>
// CHECK: %[[D:.*]] = ann.neg %[[B]] : tensor<?x1xf32>
// CHECK: ann.div %[[N]], %[[D]] {ann.range = #ann.range<dense<-6.000000e+00> : tensor<1xf64>, dense<-5.000000e-01> : tensor<1xf64>>}
func.func @negative(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %0 = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %1 = ann.slice %x starts = [0, 1] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %2 = ann.div %0, %1 : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  return %2 : tensor<?x1xf32>
}

// -----

// Tests that each position has a sign of its own, and that a reciprocal's range is that of what its neuron gives: 1 / 3 to 1, and
// 1/2 to 2.
// CHECK-LABEL: func.func @reciprocal
// CHECK: %[[S:.*]] = ann.constant dense<[1.000000e+00, -1.000000e+00]> : tensor<2xf32>
// CHECK: %[[P:.*]] = ann.mul %arg0, %[[S]]
// CHECK: %[[R:.*]] = ann.reciprocal %[[P]] {ann.range = #ann.range<dense<[0.33333333333333331, 5.000000e-01]> : tensor<2xf64>, dense<[1.000000e+00, 2.000000e+00]> : tensor<2xf64>>}
// CHECK: %[[Y:.*]] = ann.mul %[[R]],
// CHECK: return %[[Y]]
func.func @reciprocal(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.reciprocal %x : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// Tests that positive denominators stay as they are.
// CHECK-LABEL: func.func @positive
// CHECK-NOT: ann.neg
// CHECK: return
func.func @positive(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.square %x : tensor<?x2xf32>
  %1 = ann.div %x, %0 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----

func.func @both(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %c = ann.constant dense<[-2.0, 0.0]> : tensor<2xf32>
  %0 = ann.add %x, %c : (tensor<?x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  // expected-error@below {{divides by numbers from -1 to 1 on the calibration data; a neuron can divide by numbers of one sign only, away from 0; add a constant to the denominator, or take its absolute value}}
  %1 = ann.reciprocal %0 : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----

func.func @root(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{takes roots of numbers from -2 to 3 on the calibration data; they must not be negative; add a constant, or clip them at 0}}
  %0 = ann.sqrt %x : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @variance(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{normalizes by variances which are numbers from -2 to 3 on the calibration data; with its epsilon of 1 they must be positive; give it a larger one}}
  %0 = ann.norm %x, %x epsilon = 1.0 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// Tests that what a finite mask hides is as close as it was said to be.
func.func @spread(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  // expected-error@below {{masks numbers from -2 to 3 on the calibration data; its mask hides elements only while they are less than 4 apart; make it lower, or minus infinity}}
  %0 = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] {ann.spread = 4.0 : f64} : (tensor<?x2xf32>) -> tensor<?x1xf32>
  return %0 : tensor<?x1xf32>
}

// -----

func.func @close(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %0 = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] {ann.spread = 6.0 : f64} : (tensor<?x2xf32>) -> tensor<?x1xf32>
  return %0 : tensor<?x1xf32>
}

// -----

func.func @logarithm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{takes logarithms of numbers from -2 to 3 on the calibration data; they must be positive; add a constant, or clip them above 0}}
  %0 = ann.log %x : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
