// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that functions that can only end a network, or are marked for the host, keep their text form.
// CHECK-LABEL: func.func @heads
func.func @heads(%x: tensor<?x4x3xf32>) -> (tensor<?x4x3xf32>, tensor<?x1x3xf32>) {
  // CHECK: ann.log_softmax %arg0 axis = 2 {ann.host} : (tensor<?x4x3xf32>) -> tensor<?x4x3xf32>
  %0 = ann.log_softmax %x axis = 2 {ann.host} : (tensor<?x4x3xf32>) -> tensor<?x4x3xf32>
  // CHECK: ann.argmax %arg0 axis = 1 : (tensor<?x4x3xf32>) -> tensor<?x1x3xf32>
  %1 = ann.argmax %x axis = 1 : (tensor<?x4x3xf32>) -> tensor<?x1x3xf32>
  return %0, %1 : tensor<?x4x3xf32>, tensor<?x1x3xf32>
}
