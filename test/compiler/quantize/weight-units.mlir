// RUN: snn-opt %s --pass-pipeline='builtin.module(func.func(snn-quantize{weight-bits=2 steps=4}))' | FileCheck %s

// Tests that a channel's unit is the one with the least error: in that of the largest weight, 1, the second one would be rounded
// to 0. Both are one unit of 0.825, so that the three errors add up to 0.
// CHECK: %[[W:.+]] = arith.constant dense<{{\[\[1\], \[1\], \[0\]\]}}> : tensor<3x1xi2>
// CHECK: snn.gemm %{{.*}}, %[[W]]
func.func @unit(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
  %w = arith.constant dense<[[1.0], [0.45], [0.2]]> : tensor<3x1xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<3, graded>, tensor<3x1xf32>) -> !snn.current<1>
  %y = snn.decode %c : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
