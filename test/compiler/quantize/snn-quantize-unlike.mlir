// RUN: snn-opt %s --snn-quantize="weight-bits=8 state-bits=32 steps=8" --split-input-file --verify-diagnostics | FileCheck %s

// Tests that a sum beside spikes in one concat is passed on in LSBs that matter as much as those of the spikes: the weights of both are
// large. Without that those of the spikes would be 0.
// CHECK-LABEL: func.func @beside
// expected-remark@below {{quantized 2 populations}}
func.func @beside(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: %[[S:.+]] = snn.neuron relu
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  // CHECK: %[[F:.+]] = snn.gemm %[[S]]
  %f = snn.gemm %s, %w : (!snn.spikes<2, ternary>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: %[[A:.+]] = snn.add
  %a = snn.add %f, %s : (!snn.current<2>, !snn.spikes<2, ternary>) -> !snn.current<2>
  // CHECK: %[[R:.+]] = snn.requantize %[[A]]
  // CHECK: %[[C:.+]] = snn.concat %[[S]], %[[R]]
  %b = snn.concat %s, %a axis = 0 : (!snn.spikes<2, ternary>, !snn.current<2>) -> !snn.current<4>
  %v = arith.constant dense<[[1.0], [1.0], [0.5], [1.0]]> : tensor<4x1xf32>
  // CHECK: %[[V:.+]] = arith.constant dense<127> : tensor<4x1xi8>
  // CHECK: snn.gemm %[[C]], %[[V]]
  %d = snn.gemm %b, %v : (!snn.current<4>, tensor<4x1xf32>) -> !snn.current<1>
  %t = snn.neuron relu(%d) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<1>) -> !snn.spikes<1, ternary>
  %u = arith.constant dense<1.0> : tensor<1x1xf32>
  %e = snn.gemm %t, %u : (!snn.spikes<1, ternary>, tensor<1x1xf32>) -> !snn.current<1>
  %y = snn.decode %e : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// Tests that sums of spikes with themselves have whole factors and stay as narrow as the spikes.
// CHECK-LABEL: func.func @twice
// expected-remark@below {{quantized 1 populations}}
func.func @twice(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  // CHECK-NOT: snn.requantize
  // CHECK: arith.constant dense<1> : tensor<1xi16>
  %a = snn.add %s, %s : (!snn.spikes<2, ternary>, !snn.spikes<2, ternary>) -> !snn.current<2>
  %b = snn.concat %s, %a axis = 0 : (!snn.spikes<2, ternary>, !snn.current<2>) -> !snn.current<4>
  %v = arith.constant dense<[[1.0], [-1.0], [0.5], [1.0]]> : tensor<4x1xf32>
  // CHECK: arith.constant dense<{{\[\[126\], \[-126\], \[63\], \[126\]\]}}> : tensor<4x1xi8>
  %d = snn.gemm %b, %v : (!snn.current<4>, tensor<4x1xf32>) -> !snn.current<1>
  %y = snn.decode %d : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// Tests that a filter that decayed to almost nothing, and one that is nothing, keep their biases: of 2^22 LSBs at most, and of 2^16.
// CHECK-LABEL: func.func @decayed
// expected-remark@below {{quantized 1 populations}}
func.func @decayed(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  // CHECK-DAG: dense<{{\[\[126, 0, 0\], \[-63, 0, 0\]\]}}> : tensor<2x3xi8>
  // CHECK-DAG: dense<[-51610, 4194304, 65536]> : tensor<3xi32>
  %w = arith.constant dense<[[1.0, 1.0e-30, 0.0], [-0.5, 1.0e-20, 0.0]]> : tensor<2x3xf32>
  %b = arith.constant dense<[-0.2, 0.5, 0.25]> : tensor<3xf32>
  %c = snn.gemm %in, %w bias %b : (!snn.spikes<2, graded>, tensor<2x3xf32>, tensor<3xf32>) -> !snn.current<3>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.5> : (!snn.current<3>) -> !snn.spikes<3, ternary>
  %d = snn.reshape %s shape = [3] : (!snn.spikes<3, ternary>) -> !snn.current<3>
  %y = snn.decode %d : !snn.current<3> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}

// -----

// Tests that all weights 0 leave the bias.
// CHECK-LABEL: func.func @nothing
// expected-remark@below {{quantized 0 populations}}
func.func @nothing(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  // CHECK-DAG: dense<0> : tensor<2x2xi8>
  // CHECK-DAG: dense<[65536, -65536]> : tensor<2xi32>
  %w = arith.constant dense<0.0> : tensor<2x2xf32>
  %b = arith.constant dense<[1.0e-3, -7.0]> : tensor<2xf32>
  %c = snn.gemm %in, %w bias %b : (!snn.spikes<2, graded>, tensor<2x2xf32>, tensor<2xf32>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a pool over sums that are too large has them passed on in fewer bits.
// CHECK-LABEL: func.func @pool
// expected-remark@below {{quantized 0 populations}}
func.func @pool(%x: tensor<?x1x64x64xf32>) -> tensor<?x1x1x1xf32> {
  %in = snn.encode %x direct : tensor<?x1x64x64xf32> -> !snn.spikes<1x64x64, graded>
  %w = arith.constant dense<0.5> : tensor<1x1x3x3xf32>
  // CHECK: %[[C:.+]] = snn.conv
  %c = snn.conv %in, %w strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1] : (!snn.spikes<1x64x64, graded>, tensor<1x1x3x3xf32>) -> !snn.current<1x64x64>
  // CHECK: %[[A:.+]] = snn.add
  %a = snn.add %c, %in : (!snn.current<1x64x64>, !snn.spikes<1x64x64, graded>) -> !snn.current<1x64x64>
  // CHECK: %[[R:.+]] = snn.requantize %[[A]]
  // CHECK: snn.average_pool %[[R]]
  %p = snn.average_pool %a kernel_shape = [64, 64] strides = [1, 1] pads = [0, 0, 0, 0] : (!snn.current<1x64x64>) -> !snn.current<1x1x1>
  %y = snn.decode %p : !snn.current<1x1x1> -> tensor<?x1x1x1xf32>
  return %y : tensor<?x1x1x1xf32>
}
