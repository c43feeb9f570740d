// RUN: snn-opt %s --snn-quantize="steps=8" | FileCheck %s
// Weights hear a sum, and the spikes of a population that reads it. The sum is rounded before that population: it knows what
// its spikes are worth all the same.

// CHECK-LABEL: func.func @main
// CHECK: %[[SUM:.*]] = snn.gemm
// CHECK: %[[ROUNDED:.*]] = snn.requantize %[[SUM]]
// CHECK: %[[SPIKES:.*]] = snn.neuron clip(%[[SUM]])
// CHECK: snn.concat %[[ROUNDED]], %[[SPIKES]]
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  %v = arith.constant dense<[[0.5, -1.0], [0.25, 0.75], [-0.5, 1.0]]> : tensor<3x2xf32>
  %w = arith.constant dense<[[0.5, -1.0], [0.25, 0.75], [-0.5, 1.0], [1.0, 0.5]]> : tensor<4x2xf32>
  %in = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
  %sum = snn.gemm %in, %v : (!snn.spikes<3, graded>, tensor<3x2xf32>) -> !snn.current<2>
  %s = snn.neuron clip(%sum) params [0.0, 1.0] schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %both = snn.concat %sum, %s axis = 0 : (!snn.current<2>, !snn.spikes<2, ternary>) -> !snn.current<4>
  %z = snn.gemm %both, %w : (!snn.current<4>, tensor<4x2xf32>) -> !snn.current<2>
  %y = snn.decode %z : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
