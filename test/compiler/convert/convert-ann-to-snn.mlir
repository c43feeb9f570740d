// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s
// RUN: snn-opt %s --convert-ann-to-snn="schedule=dyadic:0.5,1,6 code=ternary:0.25 input-code=float skew=1.5" | FileCheck %s --check-prefix=STAGED
// RUN: snn-opt %s --convert-ann-to-snn="dynamics=subgradient" | FileCheck %s --check-prefix=RATE

// Tests encode, synapses, neurons in units of their range, and decode; weights become K x M.
// CHECK-LABEL: func.func @network
// CHECK: %[[IN:.+]] = snn.encode %arg0 direct mean [5.000000e-01, 2.500000e-01] std [1.000000e+00, 2.000000e+00] : tensor<?x2xf32> -> !snn.spikes<2, graded>
// CHECK: %[[W:.+]] = arith.constant dense<{{\[\[}}1.000000e+00, 3.000000e+00], [2.000000e+00, 4.000000e+00]]>
// CHECK: %[[C:.+]] = snn.gemm %[[IN]], %[[W]] bias
// What was always 0 counts in the unit of its neighbour.
// CHECK: %[[INV:.+]] = arith.constant dense<5.000000e-01> : tensor<2xf32>
// CHECK: %[[X:.+]] = snn.scale %[[C]], %[[INV]]
// CHECK: %[[S:.+]] = snn.neuron relu(%[[X]]) schedule <exponential(0.15, 0.95)> code <sign>
// CHECK: %[[M:.+]] = arith.constant dense<2.000000e+00> : tensor<2xf32>
// CHECK: %[[Y:.+]] = snn.scale %[[S]], %[[M]]
// CHECK: snn.gemm %[[Y]]
// CHECK: snn.neuron relu
// CHECK: %[[OUT:.+]] = snn.decode
// CHECK: return %[[OUT]]
// CHECK-NOT: ann.

// Tests that layer l starts at floor(1.5 l).
// STAGED: snn.encode %arg0 float schedule <dyadic(0.5, 1), steps = 6>
// STAGED: snn.neuron relu{{.*}} schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.25>
// STAGED: snn.neuron relu{{.*}} schedule <dyadic(0.5, 1), start = 1, steps = 6> code <ternary, 0.25>

// RATE: snn.encode %arg0 analog
// RATE: snn.if %{{.*}} schedule <inverse(1.0)>
// RATE: snn.decode %{{.*}} schedule <inverse(1.0)>
func.func @network(%x: tensor<?x2xf32> {ann.mean = array<f64: 0.5, 0.25>, ann.std = array<f64: 1.0, 2.0>}) -> tensor<?x2xf32> {
  %w = ann.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %b = ann.constant dense<[0.5, 0.25]> : tensor<2xf32>
  %0 = ann.gemm %x, %w bias %b transpose_b : (tensor<?x2xf32>, tensor<2x2xf32>, tensor<2xf32>) -> tensor<?x2xf32>
  %1 = ann.relu %0 {ann.range = #ann.range<dense<0.0> : tensor<2xf64>, dense<[2.0, 0.0]> : tensor<2xf64>>} : tensor<?x2xf32>
  %2 = ann.gemm %1, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  %3 = ann.relu %2 : tensor<?x2xf32>
  %4 = ann.gemm %3, %w : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32>
  return %4 : tensor<?x2xf32>
}

// Tests that small activations have units as others do, and that a layer which is always 0 is not scaled.
// CHECK-LABEL: func.func @small
// CHECK: arith.constant dense<[2.000000e+06, 4.000000e+20]> : tensor<2xf32>
// CHECK: snn.neuron relu
// CHECK: arith.constant dense<1.000000e+00> : tensor<2xf32>
// CHECK: snn.neuron relu
func.func @small(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.relu %x {ann.range = #ann.range<dense<0.0> : tensor<2xf64>, dense<[5.0e-7, 2.5e-21]> : tensor<2xf64>>} : tensor<?x2xf32>
  %1 = ann.relu %0 {ann.range = #ann.range<dense<0.0> : tensor<2xf64>, dense<0.0> : tensor<2xf64>>} : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}
