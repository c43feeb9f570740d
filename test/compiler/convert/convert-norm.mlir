// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s --check-prefix=CLAMPED
// RUN: snn-opt %s --convert-ann-to-snn="norm=unclamped" | FileCheck %s --check-prefix=UNCLAMPED
// RUN: not snn-opt %s --convert-ann-to-snn="norm=none" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: norm 'none' is not one of clamped, unclamped

// Tests what a normalization does with a variance that is estimated below 0.
func.func @norm(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %0 = ann.reduce_mean %x axes = [2] keepdims : (tensor<?x2x3xf32>) -> tensor<?x2x1xf32>
  // CLAMPED: snn.neuron norm(
  // UNCLAMPED: snn.neuron norm_unclamped(
  %1 = ann.norm %x, %0 epsilon = 1.0e-5 : (tensor<?x2x3xf32>, tensor<?x2x1xf32>) -> tensor<?x2x3xf32>
  return %1 : tensor<?x2x3xf32>
}
