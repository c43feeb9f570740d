// RUN: %python %inputs/write_npy.py %t.npy 1,2  4 -1
// RUN: snn-opt %s --ann-calibrate="data=%t.npy headroom=2 min-values=1" | FileCheck %s
// RUN: not snn-opt %s --ann-calibrate="data=%t.npy headroom=0.5" 2>&1 | FileCheck %s --check-prefix=LESS
// LESS: error: headroom must be at least 1, found 0.5

// Tests that ranges are twice as wide as what was seen, but not wider than what a function can give.
// CHECK: ann.leaky_relu {{.*}}dense<[4.000000e+00, -1.000000e+00]> : tensor<2xf64>, dense<[8.000000e+00, -5.000000e-01]>
// CHECK: ann.clip {{.*}}dense<[4.000000e+00, 0.000000e+00]> : tensor<2xf64>, dense<[6.000000e+00, 0.000000e+00]>
// CHECK: ann.sigmoid {{.*}}dense<1.000000e+00> : tensor<2xf64>>
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.leaky_relu %x alpha = 0.5 : tensor<?x2xf32>
  %1 = ann.clip %0 min = 0.0 max = 6.0 : tensor<?x2xf32>
  %2 = ann.sigmoid %1 : tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}
