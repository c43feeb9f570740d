// RUN: snn-opt %s --snn-decompose-synapses | FileCheck %s
// Synapses with a meaning of their own stay as they are. Others are those of a dialect that tools do not know: NewSynapseTest.

// CHECK-LABEL: func.func @known
func.func @known(%x: tensor<?x2xf64>) -> tensor<?x3xf64> {
  %w = arith.constant dense<[[0.5, -0.25, 1.0], [-0.75, 0.5, 0.25]]> : tensor<2x3xf64>
  // CHECK: %[[IN:.*]] = snn.encode
  %in = snn.encode %x direct : tensor<?x2xf64> -> !snn.spikes<2, graded>
  // CHECK-NEXT: %[[C:.*]] = snn.gemm %[[IN]]
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x3xf64>) -> !snn.current<3>
  // CHECK-NEXT: snn.decode %[[C]]
  %y = snn.decode %c : !snn.current<3> -> tensor<?x3xf64>
  return %y : tensor<?x3xf64>
}
