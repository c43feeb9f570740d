// RUN: snn-opt %s --snn-quantize="weight-bits=8 state-bits=32 steps=16" --split-input-file --verify-diagnostics | FileCheck %s

// Tests that steps of the sign code add up to odd numbers, which no silent neuron ties with, and those of the ternary code are the
// nearest numbers.
// CHECK-LABEL: func.func @ties
// expected-remark@below {{quantized 2 populations}}
func.func @ties(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} code <sign> {{.*}} event_fraction = 9, {{.*}} steps = [77, 72, 70, 66],
  %s = snn.neuron relu(%c) schedule <exponential(0.15, 0.95), steps = 4> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.gemm %s, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} code <ternary, 0.5> {{.*}} event_fraction = 9, {{.*}} steps = [77, 73, 69, 66],
  %t = snn.neuron relu(%d) schedule <exponential(0.15, 0.95), steps = 4> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %e = snn.gemm %t, %w : (!snn.spikes<2, ternary>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %e : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that steps which are integers as they are, and steps too small for even numbers, are the nearest numbers.
// CHECK-LABEL: func.func @nearest
// expected-remark@below {{quantized 2 populations}}
func.func @nearest(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} event_fraction = 9, {{.*}} steps = [128, 128, 128],
  %s = snn.neuron relu(%c) schedule <constant(0.25), steps = 3> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.gemm %s, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} event_fraction = 9, {{.*}} steps = [10, 6, 4],
  %t = snn.neuron relu(%d) schedule <exponential(0.02, 0.6), steps = 3> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %e = snn.gemm %t, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %e : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a scale by itself multiplies by 1 or -1: the LSBs of its channels are worth the rest.
// CHECK-LABEL: func.func @alone
// expected-remark@below {{quantized 1 populations}}
func.func @alone(%x: tensor<?x2x2xf32>) -> tensor<?x2x2xf32> {
  %in = snn.encode %x direct : tensor<?x2x2xf32> -> !snn.spikes<2x2, graded>
  %c = snn.reshape %in shape = [2, 2] : (!snn.spikes<2x2, graded>) -> !snn.current<2x2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 3> code <ternary, 0.5> : (!snn.current<2x2>) -> !snn.spikes<2x2, ternary>
  // CHECK: dense<{{\[}}[1], [-1]]> : tensor<2x1xi16>
  %f = arith.constant dense<[[3.0], [-0.7]]> : tensor<2x1xf32>
  %d = snn.scale %s, %f : (!snn.spikes<2x2, ternary>, tensor<2x1xf32>) -> !snn.current<2x2>
  %y = snn.decode %d : !snn.current<2x2> -> tensor<?x2x2xf32>
  return %y : tensor<?x2x2xf32>
}
