// RUN: snn-opt %s --snn-quantize="weight-bits=8 state-bits=32 data=%models/digits_calibration.npz limit=2" --split-input-file --verify-diagnostics | FileCheck %s

// Tests that steps of the sign code have 12 fraction bits where estimates and sums leave room for them.
// CHECK-LABEL: func.func @fine
// expected-remark@below {{quantized 1 populations to 8-bit weights and 32-bit states, 0 estimates saturate on the images}}
func.func @fine(%x: tensor<?x1x8x8xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x1x8x8xf32> -> !snn.spikes<1x8x8, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<1x8x8, graded>) -> !snn.current<64>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} event_fraction = 12, {{.*}} steps = [615, 584, 554,
  %s = snn.neuron relu(%c) schedule <exponential(0.15, 0.95), steps = 64> code <sign> : (!snn.current<64>) -> !snn.spikes<64, sign>
  %w = arith.constant dense<1.0> : tensor<64x1xf32>
  %d = snn.gemm %s, %w : (!snn.spikes<64, sign>, tensor<64x1xf32>) -> !snn.current<1>
  %y = snn.decode %d : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// Tests that they give up bits before weights do.
// CHECK-LABEL: func.func @wide
// expected-remark@below {{quantized 1 populations to 8-bit weights and 32-bit states, 0 estimates saturate on the images}}
func.func @wide(%x: tensor<?x1x8x8xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x1x8x8xf32> -> !snn.spikes<1x8x8, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<1x8x8, graded>) -> !snn.current<64>
  %v = arith.constant dense<0.01> : tensor<64x4096xf32>
  %b = snn.gemm %c, %v : (!snn.current<64>, tensor<64x4096xf32>) -> !snn.current<4096>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} event_fraction = 10, {{.*}} steps = [153, 146, 138,
  %s = snn.neuron relu(%b) schedule <exponential(0.15, 0.95), steps = 32> code <sign> : (!snn.current<4096>) -> !snn.spikes<4096, sign>
  // CHECK: dense<127> : tensor<4096x1xi8>
  %w = arith.constant dense<1.0> : tensor<4096x1xf32>
  %d = snn.gemm %s, %w : (!snn.spikes<4096, sign>, tensor<4096x1xf32>) -> !snn.current<1>
  %y = snn.decode %d : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

// Tests that a sum whose LSB is finer than its weights gets a coarser one at no cost: only the factor beside them gets smaller.
// CHECK-LABEL: func.func @shift
// expected-remark@below {{quantized 1 populations to 8-bit weights and 32-bit states, 0 estimates saturate on the images}}
func.func @shift(%x: tensor<?x1x8x8xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x1x8x8xf32> -> !snn.spikes<1x8x8, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<1x8x8, graded>) -> !snn.current<64>
  %v = arith.constant dense<0.01> : tensor<64x2048xf32>
  %b = snn.gemm %c, %v : (!snn.current<64>, tensor<64x2048xf32>) -> !snn.current<2048>
  // CHECK: snn.neuron relu(%{{.*}}) {{.*}} event_fraction = 12, {{.*}} steps = [615, 584, 554,
  %s = snn.neuron relu(%b) schedule <exponential(0.15, 0.95), steps = 4> code <sign> : (!snn.current<2048>) -> !snn.spikes<2048, sign>
  // CHECK: dense<127> : tensor<2048x1xi8>
  %w = arith.constant dense<4.0> : tensor<2048x1xf32>
  // CHECK: snn.gemm {{.*}} shift = 1 :
  // CHECK: dense<64> : tensor<1xi16>
  %d = snn.gemm %s, %w : (!snn.spikes<2048, sign>, tensor<2048x1xf32>) -> !snn.current<1>
  %t = snn.slice %s starts = [0] sizes = [1] steps = [1] : (!snn.spikes<2048, sign>) -> !snn.current<1>
  %f = arith.constant dense<1.0> : tensor<1xf32>
  %e = snn.scale %t, %f : (!snn.current<1>, tensor<1xf32>) -> !snn.current<1>
  %a = snn.add %d, %e : (!snn.current<1>, !snn.current<1>) -> !snn.current<1>
  %y = snn.decode %a : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
