// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s
// RUN: snn-opt %s --convert-ann-to-snn="code=ternary" | FileCheck %s --check-prefix=TERNARY
// RUN: snn-opt %s --convert-ann-to-snn="products=synapse" | FileCheck %s --check-prefix=SYNAPSE
// RUN: not snn-opt %s --convert-ann-to-snn="products=gate" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: products 'gate' is not one of auto, synapse, neuron

#range = #ann.range<dense<0.0> : tensor<2xf64>, dense<2.0> : tensor<2xf64>>

// Tests that a gate before many channels is a neuron: of 2 elements and 32 connections the synapse takes 2 * 2 + 32
// operations a step, the neuron 5 * 2 + 32 / 2.
// CHECK-LABEL: func.func @wide
// SYNAPSE-LABEL: func.func @wide
func.func @wide(%x: tensor<?x2xf32>) -> tensor<?x16xf32> {
  %w = ann.constant dense<0.5> : tensor<2x16xf32>
  %0 = ann.sigmoid %x {ann.range = #range} : tensor<?x2xf32>
  // CHECK: snn.neuron mul(
  // CHECK-NOT: snn.mul
  // SYNAPSE: snn.mul
  %1 = ann.mul %0, %x {ann.range = #range} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = ann.gemm %1, %w : (tensor<?x2xf32>, tensor<2x16xf32>) -> tensor<?x16xf32>
  return %2 : tensor<?x16xf32>
}

// Tests that one before few is a synapse: 2 * 2 + 8 operations against 5 * 2 + 8 / 2. Of the
// ternary code, which sends less, the neuron takes 5 * 2 + 8 / 4, just as many as the synapse.
// CHECK-LABEL: func.func @narrow
// TERNARY-LABEL: func.func @narrow
func.func @narrow(%x: tensor<?x2xf32>) -> tensor<?x4xf32> {
  %w = ann.constant dense<0.5> : tensor<2x4xf32>
  %0 = ann.sigmoid %x {ann.range = #range} : tensor<?x2xf32>
  // CHECK: snn.mul
  // TERNARY: snn.mul
  %1 = ann.mul %0, %x {ann.range = #range} : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  %2 = ann.gemm %1, %w : (tensor<?x2xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// Tests that what follows a reduction counts once: 2 * 2 + 3 operations against 4 * 2 + 3 / 2.
// CHECK-LABEL: func.func @reduced
func.func @reduced(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  // CHECK: snn.mul
  // CHECK-NOT: snn.neuron square
  %0 = ann.square %x {ann.range = #range} : tensor<?x2xf32>
  %1 = ann.reduce_mean %0 axes = [1] keepdims : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %2 = ann.sqrt %1 : tensor<?x1xf32>
  return %2 : tensor<?x1xf32>
}

// Tests that without a range it is a synapse, which cannot leave a reach.
// CHECK-LABEL: func.func @uncalibrated
func.func @uncalibrated(%x: tensor<?x2xf32>) -> tensor<?x16xf32> {
  %w = ann.constant dense<0.5> : tensor<2x16xf32>
  // CHECK: snn.mul
  %0 = ann.square %x : tensor<?x2xf32>
  %1 = ann.gemm %0, %w : (tensor<?x2xf32>, tensor<2x16xf32>) -> tensor<?x16xf32>
  return %1 : tensor<?x16xf32>
}
