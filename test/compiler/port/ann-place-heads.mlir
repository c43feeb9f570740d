// RUN: snn-opt %s --ann-place-heads | FileCheck %s
// RUN: snn-opt %s --ann-place-heads --ann-place-heads="head=spikes" | FileCheck %s --check-prefix=SPIKES
// RUN: snn-opt %s --ann-place-heads --ann-decompose | FileCheck %s --check-prefix=WHOLE
// RUN: not snn-opt %s --ann-place-heads="head=device" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: head 'device' is not one of host, spikes
// SPIKES-NOT: ann.host

// Tests that a function that ends the network is for the host, with what moves its elements behind it; moves before it are not.
// CHECK-LABEL: func.func @softmax
// WHOLE-LABEL: func.func @softmax
func.func @softmax(%x: tensor<?x4x3xf32>) -> tensor<?x12xf32> {
  // CHECK: ann.relu %arg0 : tensor
  %0 = ann.relu %x : tensor<?x4x3xf32>
  // CHECK: ann.transpose {{.*}} perm = [0, 2, 1] :
  %1 = ann.transpose %0 perm = [0, 2, 1] : (tensor<?x4x3xf32>) -> tensor<?x3x4xf32>
  // CHECK: ann.softmax {{.*}} axis = 2 {ann.host}
  // WHOLE: ann.softmax
  // WHOLE-NOT: ann.exp
  %2 = ann.softmax %1 axis = 2 : (tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  // CHECK: ann.flatten {{.*}} axis = 1 {ann.host}
  %3 = ann.flatten %2 axis = 1 : (tensor<?x3x4xf32>) -> tensor<?x12xf32>
  return %3 : tensor<?x12xf32>
}

// Tests that what the network goes on with stays in it, also where it is an output as well.
// CHECK-LABEL: func.func @gate
func.func @gate(%x: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x1xf32>) {
  // CHECK: ann.sigmoid %arg0 : tensor
  %0 = ann.sigmoid %x : tensor<?x4xf32>
  %1 = ann.mul %0, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  // CHECK: ann.tanh {{.*}} {ann.host}
  %2 = ann.tanh %1 : tensor<?x4xf32>
  // CHECK: ann.argmax {{.*}} {ann.host}
  %3 = ann.argmax %2 axis = 1 : (tensor<?x4xf32>) -> tensor<?x1xf32>
  return %0, %2, %3 : tensor<?x4xf32>, tensor<?x4xf32>, tensor<?x1xf32>
}

// Tests that a network that ends in moves or in neurons has no head.
// CHECK-LABEL: func.func @none
// CHECK-NOT: ann.host
func.func @none(%x: tensor<?x4xf32>) -> tensor<?x2x2xf32> {
  %0 = ann.relu %x : tensor<?x4xf32>
  %1 = ann.reshape %0 shape = [-1, 2, 2] : (tensor<?x4xf32>) -> tensor<?x2x2xf32>
  return %1 : tensor<?x2x2xf32>
}
