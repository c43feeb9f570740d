// RUN: %python %inputs/write_npy.py %t.npy 8,3  1 1 1  3 3 -1  1 1 -1  3 3 1  1 1 1  3 3 -1  1 1 -1  3 3 1
// RUN: snn-opt %s --pass-pipeline='builtin.module(func.func(snn-quantize{weight-bits=2 steps=4 data=%t.npy input=i16}))' | FileCheck %s

// Tests that images decide how weights are rounded. The first two inputs are always the same: of 0.45 + 0.45 one becomes a unit
// and the other nothing, where each alone would become nothing. What is off by then is a constant for inputs of mean 2, and a bias,
// which was not there, takes it back.
// CHECK-DAG: %[[W:.+]] = arith.constant dense<{{\[\[0\], \[1\], \[1\]\]}}> : tensor<3x1xi2>
// CHECK-DAG: %[[B:.+]] = arith.constant dense<59> : tensor<1xi32>
// CHECK: snn.gemm %{{.*}}, %[[W]] bias %[[B]]
func.func @together(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
  %w = arith.constant dense<[[0.45], [0.45], [1.0]]> : tensor<3x1xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<3, graded>, tensor<3x1xf32>) -> !snn.current<1>
  %y = snn.decode %c : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
