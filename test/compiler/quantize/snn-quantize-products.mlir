// RUN: snn-opt %s --snn-quantize="steps=8" --split-input-file --verify-diagnostics | FileCheck %s

// Tests that both operands of a product are passed on in as many bits as leave room for its sums: 13 for sums of 16.
// CHECK-LABEL: func.func @matmul
// expected-remark@below {{quantized 0 populations}}
func.func @matmul(%x: tensor<?x16x16xf32>) -> tensor<?x16x16xf32> {
  // CHECK: %[[IN:.+]] = snn.encode
  %in = snn.encode %x direct : tensor<?x16x16xf32> -> !snn.spikes<16x16, graded>
  // CHECK: %[[Q:.+]] = snn.requantize %[[IN]] multipliers = dense<{{.*}}> : tensor<1x1xi32> shift = {{.*}} limit = 8191
  // CHECK: snn.matmul %[[Q]], %[[Q]] : (!snn.current<16x16, fixed>, !snn.current<16x16, fixed>) -> !snn.current<16x16, fixed>
  %c = snn.matmul %in, %in : (!snn.spikes<16x16, graded>, !snn.spikes<16x16, graded>) -> !snn.current<16x16>
  %y = snn.decode %c : !snn.current<16x16> -> tensor<?x16x16xf32>
  return %y : tensor<?x16x16xf32>
}

// -----

// Tests that weights behind weights stay exact where their sums fit.
// CHECK-LABEL: func.func @chain
// expected-remark@below {{quantized 0 populations}}
func.func @chain(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  // CHECK-NOT: snn.requantize
  %a = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  %b = snn.gemm %a, %w : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %b : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that where they do not fit, sums are passed on in fewer bits rather than weights lose theirs.
// CHECK-LABEL: func.func @long_chain
// expected-remark@below {{quantized 0 populations}}
func.func @long_chain(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %a = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  %b = snn.gemm %a, %w : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.requantize {{.*}} limit = 16383
  // CHECK: snn.gemm
  %c = snn.gemm %b, %w : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
