// RUN: snn-opt %s --snn-fold-scales | FileCheck %s

// Tests that a scale on spikes goes through a product per row, and into the weights behind it.
// CHECK-LABEL: func.func @down
func.func @down(%s: !snn.spikes<2x2x3, sign>, %v: !snn.current<2x3x4>) -> !snn.current<2x2x1> {
  %f = arith.constant dense<2.0> : tensor<1x1x1xf64>
  %w = arith.constant dense<[[1.0], [2.0], [3.0], [4.0]]> : tensor<4x1xf64>
  // CHECK-DAG: %[[W:.*]] = arith.constant dense<{{\[\[}}2.000000e+00], [4.000000e+00], [6.000000e+00], [8.000000e+00]]>
  // CHECK-DAG: %[[P:.*]] = snn.matmul %{{.*}}, %{{.*}} : (!snn.spikes<2x2x3, sign>, !snn.current<2x3x4>)
  // CHECK: snn.gemm %[[P]], %[[W]]
  %0 = snn.scale %s, %f : (!snn.spikes<2x2x3, sign>, tensor<1x1x1xf64>) -> !snn.current<2x2x3>
  %1 = snn.matmul %0, %v : (!snn.current<2x2x3>, !snn.current<2x3x4>) -> !snn.current<2x2x4>
  %2 = snn.gemm %1, %w : (!snn.current<2x2x4>, tensor<4x1xf64>) -> !snn.current<2x2x1>
  return %2 : !snn.current<2x2x1>
}

// Tests that one factor per column of a product belongs to its right operand.
// CHECK-LABEL: func.func @up
func.func @up(%s: !snn.spikes<2x2, sign>, %a: !snn.current<3x2>) -> !snn.current<3x2> {
  %w = arith.constant dense<1.0> : tensor<2x2xf64>
  %f = arith.constant dense<[[2.0, 3.0]]> : tensor<1x2xf64>
  // CHECK: %[[W:.*]] = arith.constant dense<{{\[\[}}2.000000e+00, 3.000000e+00], [2.000000e+00, 3.000000e+00]]>
  // CHECK: %[[G:.*]] = snn.gemm %{{.*}}, %[[W]]
  // CHECK-NEXT: %[[P:.*]] = snn.matmul %{{.*}}, %[[G]]
  // CHECK-NEXT: return %[[P]]
  %0 = snn.gemm %s, %w : (!snn.spikes<2x2, sign>, tensor<2x2xf64>) -> !snn.current<2x2>
  %1 = snn.matmul %a, %0 : (!snn.current<3x2>, !snn.current<2x2>) -> !snn.current<3x2>
  %2 = snn.scale %1, %f : (!snn.current<3x2>, tensor<1x2xf64>) -> !snn.current<3x2>
  return %2 : !snn.current<3x2>
}

// Tests that a square keeps the scale before it: it would count twice.
// CHECK-LABEL: func.func @square
func.func @square(%s: !snn.spikes<2, sign>) -> !snn.current<1> {
  %f = arith.constant dense<2.0> : tensor<1xf64>
  %w = arith.constant dense<1.0> : tensor<2x1xf64>
  // CHECK: %[[S:.*]] = snn.scale
  // CHECK: snn.mul %[[S]], %[[S]]
  %0 = snn.scale %s, %f : (!snn.spikes<2, sign>, tensor<1xf64>) -> !snn.current<2>
  %1 = snn.mul %0, %0 : (!snn.current<2>, !snn.current<2>) -> !snn.current<2>
  %2 = snn.gemm %1, %w : (!snn.current<2>, tensor<2x1xf64>) -> !snn.current<1>
  return %2 : !snn.current<1>
}

// Tests that copies of an element share a factor on the way up, or stop it.
// CHECK-LABEL: func.func @copies
func.func @copies(%s: !snn.spikes<1, sign>) -> (!snn.current<2>, !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<1x1xf64>
  %same = arith.constant dense<2.0> : tensor<1xf64>
  %other = arith.constant dense<[2.0, 3.0]> : tensor<2xf64>
  // CHECK: %[[A:.*]] = snn.gemm
  // CHECK-NEXT: %[[G:.*]] = snn.gather %[[A]] axis = 0 indices = [0, 0]
  %0 = snn.gemm %s, %w : (!snn.spikes<1, sign>, tensor<1x1xf64>) -> !snn.current<1>
  %1 = snn.gather %0 axis = 0 indices = [0, 0] : (!snn.current<1>) -> !snn.current<2>
  %2 = snn.scale %1, %same : (!snn.current<2>, tensor<1xf64>) -> !snn.current<2>
  // CHECK: %[[B:.*]] = snn.gather
  // CHECK: %[[S:.*]] = snn.scale %[[B]]
  // CHECK: return %[[G]], %[[S]]
  %3 = snn.gemm %s, %w : (!snn.spikes<1, sign>, tensor<1x1xf64>) -> !snn.current<1>
  %4 = snn.gather %3 axis = 0 indices = [0, 0] : (!snn.current<1>) -> !snn.current<2>
  %5 = snn.scale %4, %other : (!snn.current<2>, tensor<2xf64>) -> !snn.current<2>
  return %2, %5 : !snn.current<2>, !snn.current<2>
}

// Tests that each part of a concatenation takes its share.
// CHECK-LABEL: func.func @concat
func.func @concat(%a: !snn.spikes<1, sign>, %b: !snn.spikes<1, sign>) -> !snn.current<2> {
  %w = arith.constant dense<1.0> : tensor<1x1xf64>
  %f = arith.constant dense<[2.0, 3.0]> : tensor<2xf64>
  // CHECK-DAG: arith.constant dense<2.000000e+00> : tensor<1x1xf64>
  // CHECK-DAG: arith.constant dense<3.000000e+00> : tensor<1x1xf64>
  // CHECK-NOT: snn.scale
  %0 = snn.gemm %a, %w : (!snn.spikes<1, sign>, tensor<1x1xf64>) -> !snn.current<1>
  %1 = snn.gemm %b, %w : (!snn.spikes<1, sign>, tensor<1x1xf64>) -> !snn.current<1>
  %2 = snn.concat %0, %1 axis = 0 : (!snn.current<1>, !snn.current<1>) -> !snn.current<2>
  %3 = snn.scale %2, %f : (!snn.current<2>, tensor<2xf64>) -> !snn.current<2>
  return %3 : !snn.current<2>
}
