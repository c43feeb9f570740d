// Channels that matter less than the median get larger units, in the weights before and behind them.
// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-balance-units))" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-balance-units{exponent=0.5 max=1.5}))" | FileCheck %s --check-prefix=HALF
// RUN: not snn-opt %s --pass-pipeline="builtin.module(func.func(snn-balance-units{max=0.5}))" 2>&1 | FileCheck %s --check-prefix=ERROR

// The outputs hear the three channels by 4, 2 and 1; the median is 2.
// CHECK-LABEL: @weights
// CHECK-DAG: [[BEHIND:%.+]] = arith.constant dense<{{\[\[}}4.000000e+00], [2.000000e+00], [2.000000e+00]]>
// CHECK-DAG: [[BEFORE:%.+]] = arith.constant dense<{{\[\[}}1.000000e+00, 1.000000e+00, 5.000000e-01], [2.000000e+00, 2.000000e+00, 1.000000e+00]]>
// CHECK: snn.gemm {{.*}}, [[BEFORE]]
// CHECK: snn.gemm {{.*}}, [[BEHIND]]
// HALF-LABEL: @weights
// HALF: arith.constant dense<{{\[\[}}4.000000e+00], [2.000000e+00], [1.41421354]]>
// ERROR: error: units grow with an exponent of at least 0, at most to a factor of at least 1
func.func @weights(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = arith.constant dense<[[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]> : tensor<2x3xf32>
  %v = arith.constant dense<[[4.0], [2.0], [1.0]]> : tensor<3x1xf32>
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x3xf32>) -> !snn.current<3>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<3>) -> !snn.spikes<3, ternary>
  %d = snn.gemm %s, %v : (!snn.spikes<3, ternary>, tensor<3x1xf32>) -> !snn.current<1>
  %y = snn.decode %d : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// A function that is not linear in scale counts in its range, and rows of two dimensions are alike.
// CHECK-LABEL: @range
// CHECK: snn.neuron tanh({{.*}}) {{.*}} range dense<{{\[\[}}1.000000e+00, 2.000000e+00]]> : tensor<1x2xf64>
// CHECK: snn.gemm
func.func @range(%x: tensor<?x3x2xf32>) -> tensor<?x3x1xf32> {
  %v = arith.constant dense<[[2.0], [1.0]]> : tensor<2x1xf32>
  %in = snn.encode %x direct : tensor<?x3x2xf32> -> !snn.spikes<3x2, graded>
  %c = snn.reshape %in shape = [3, 2] : (!snn.spikes<3x2, graded>) -> !snn.current<3x2>
  %s = snn.neuron tanh(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<3x2>) -> !snn.spikes<3x2, ternary>
  %d = snn.gemm %s, %v : (!snn.spikes<3x2, ternary>, tensor<2x1xf32>) -> !snn.current<3x1>
  %y = snn.decode %d : !snn.current<3x1> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// Heard through a product: nothing says which channel matters.
// CHECK-LABEL: @product
// CHECK-NOT: snn.scale
// CHECK: return
func.func @product(%x: tensor<?x3x2xf32>) -> tensor<?x3x1xf32> {
  %v = arith.constant dense<[[2.0], [1.0]]> : tensor<2x1xf32>
  %in = snn.encode %x direct : tensor<?x3x2xf32> -> !snn.spikes<3x2, graded>
  %c = snn.reshape %in shape = [3, 2] : (!snn.spikes<3x2, graded>) -> !snn.current<3x2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<3x2>) -> !snn.spikes<3x2, ternary>
  %p = snn.mul %s, %c : (!snn.spikes<3x2, ternary>, !snn.current<3x2>) -> !snn.current<3x2>
  %d = snn.gemm %p, %v : (!snn.current<3x2>, tensor<2x1xf32>) -> !snn.current<3x1>
  %y = snn.decode %d : !snn.current<3x1> -> tensor<?x3x1xf32>
  return %y : tensor<?x3x1xf32>
}

// What was seen in the units of before is not what neurons see now; the quantizer says so where others still know.
// CHECK-LABEL: @observed
// CHECK: snn.neuron relu
// CHECK-NOT: snn.observed
func.func @observed(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %w = arith.constant dense<[[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]> : tensor<2x3xf32>
  %v = arith.constant dense<[[4.0], [2.0], [1.0]]> : tensor<3x1xf32>
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x3xf32>) -> !snn.current<3>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> {snn.observed = [{counts = array<i64: 1>, exponent = 0 : i64, max = 1.0 : f64, min = 0.0 : f64, seen = 1 : i64}]} : (!snn.current<3>) -> !snn.spikes<3, ternary>
  %d = snn.gemm %s, %v : (!snn.spikes<3, ternary>, tensor<3x1xf32>) -> !snn.current<1>
  %y = snn.decode %d : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
