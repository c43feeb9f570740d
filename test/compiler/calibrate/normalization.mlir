// RUN: %python %inputs/write_npy.py %t.npy 2,2,1,1  0.5 1 0.75 3
// RUN: snn-opt %s --ann-calibrate="data=%t.npy min-values=1" | FileCheck %s

// Tests that the input's mean and standard deviation apply: (0.75 - 0.25) / 0.5 = 1, (3 - 1) / 4 = 0.5.
// CHECK: ann.relu {{.*}} dense<[1.000000e+00, 5.000000e-01]> : tensor<2xf64>>
func.func @network(%x: tensor<?x2x1x1xf32> {ann.mean = array<f64: 0.25, 1.0>, ann.std = array<f64: 0.5, 4.0>}) -> tensor<?x2x1x1xf32> {
  %0 = ann.relu %x : tensor<?x2x1x1xf32>
  return %0 : tensor<?x2x1x1xf32>
}
