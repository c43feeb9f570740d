// RUN: snn-opt %s --snn-quantize --snn-verify-phase=phase=quantize > %t.mlir
// RUN: not snn-opt %s --snn-verify-phase=phase=quantize 2>&1 | FileCheck %s --check-prefix=REAL
// RUN: sed 's/snn.gemm \(.*\) : (/snn.gemm \1 {snn.lost = 1 : i64} : (/' %t.mlir > %t-planned.mlir
// RUN: not snn-opt %t-planned.mlir --snn-verify-phase=phase=quantize 2>&1 | FileCheck %s --check-prefix=PLAN
// RUN: sed 's/shift = 15 \(.*gemm\)/shift = 15 \1/; s/dense<.*> : tensor<2xi32>/dense<2147483647> : tensor<2xi32>/' %t.mlir > %t-wide.mlir
// RUN: not snn-opt %t-wide.mlir --snn-verify-phase=phase=quantize 2>&1 | FileCheck %s --check-prefix=WIDE
// Behind the quantizer streams are integers, nothing is only planned, and sums fit.

// REAL: error: 'snn.encode' op gives a stream of real numbers
// REAL: note: phase 'quantize' promises: with --quantize, every number is an integer, and every sum is proven to fit
// PLAN: error: 'snn.gemm' op still has a plan of the quantizer, 'snn.lost'
// WIDE: error: {{.*}} op may have sums that take {{[0-9]+}} bits more than 32
func.func @f(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %w = arith.constant dense<[[0.5, -0.25], [1.0, 0.75]]> : tensor<2x2xf32>
  %b = arith.constant dense<[0.125, 0.5]> : tensor<2xf32>
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.gemm %s, %w bias %b : (!snn.spikes<2, graded>, tensor<2x2xf32>, tensor<2xf32>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
