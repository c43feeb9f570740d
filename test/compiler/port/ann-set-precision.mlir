// RUN: snn-opt %s --ann-set-precision="precision=f64" | FileCheck %s
// RUN: not snn-opt %s --ann-set-precision="precision=f16" 2>&1 | FileCheck %s --check-prefix=BAD

// Tests that signature, constants and values all change.
// CHECK-LABEL: func.func @network(%arg0: tensor<?x2xf64>) -> tensor<?x2xf64>
// CHECK: ann.constant dense<5.000000e-01> : tensor<2x2xf64>
// CHECK: ann.gemm {{.*}} -> tensor<?x2xf64>
// BAD: precision 'f16' is not one of f32, f64
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = ann.constant dense<0.5> : tensor<2x2xf32>
  %0 = ann.gemm %x, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
