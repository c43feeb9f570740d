// RUN: snn-opt %s --snn-verify-phase=phase=calibrate --split-input-file --verify-diagnostics
// Behind the calibration every activation knows its range, but what the host computes needs none, nor does a scale.

func.func @holds(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ann.relu %x {ann.range = #ann.range<dense<0.0> : tensor<f64>, dense<2.0> : tensor<f64>>} : tensor<?x4xf32>
  %1 = ann.neg %0 : tensor<?x4xf32>
  %signs = ann.constant dense<[1.0, -1.0, 1.0, 1.0]> : tensor<4xf32>
  %scaled = ann.mul %1, %signs : (tensor<?x4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  %2 = ann.tanh %scaled {ann.host} : tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// -----

func.func @no_range(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+2 {{'ann.relu' op does not know its range ('ann.range')}}
  // expected-note@+1 {{phase 'calibrate' promises: every activation knows its range on the calibration data}}
  %0 = ann.relu %x : tensor<?x4xf32>
  // expected-error@+2 {{'ann.mul' op does not know its range ('ann.range')}}
  // expected-note@+1 {{phase 'calibrate' promises}}
  %1 = ann.mul %0, %0 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}
