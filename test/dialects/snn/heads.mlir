// RUN: snn-opt %s --verify-roundtrip | FileCheck %s
// RUN: snn-opt %s --canonicalize --cse | FileCheck %s --check-prefix=CLEAN

// Tests that decoders and what the host computes of them keep their text form, and that decoders of one current become one.
// CHECK-LABEL: func.func @heads
// CLEAN-LABEL: func.func @heads
func.func @heads(%c: !snn.current<6>, %d: !snn.current<4>) -> (tensor<?x6xf32>, tensor<?x2x3xf32>, tensor<?x1xf32>, tensor<?x4xf32>, tensor<?x6xf32>) {
  // CHECK: %[[A:.+]] = snn.decode %arg0 : !snn.current<6> -> tensor<?x6xf32>
  // CLEAN: %[[A:.+]] = snn.decode %arg0
  %a = snn.decode %c : !snn.current<6> -> tensor<?x6xf32>
  // CHECK: %[[B:.+]] = snn.decode %arg1 : !snn.current<4> -> tensor<?x4xf32>
  %b = snn.decode %d : !snn.current<4> -> tensor<?x4xf32>
  // CLEAN-NOT: snn.decode %arg0
  %again = snn.decode %c : !snn.current<6> -> tensor<?x6xf32>
  // CHECK: %[[P:.+]] = ann.log_softmax %[[A]] axis = 1 : (tensor<?x6xf32>) -> tensor<?x6xf32>
  %p = ann.log_softmax %a axis = 1 : (tensor<?x6xf32>) -> tensor<?x6xf32>
  // CHECK: %[[R:.+]] = ann.reshape %[[P]] shape = [-1, 2, 3]
  %r = ann.reshape %p shape = [-1, 2, 3] : (tensor<?x6xf32>) -> tensor<?x2x3xf32>
  // CHECK: %[[I:.+]] = ann.argmax %[[A]] axis = 1 : (tensor<?x6xf32>) -> tensor<?x1xf32>
  %i = ann.argmax %a axis = 1 : (tensor<?x6xf32>) -> tensor<?x1xf32>
  // CHECK: %[[S:.+]] = ann.sigmoid %[[B]]
  %s = ann.sigmoid %b : tensor<?x4xf32>
  // CLEAN: return %[[A]], %{{.*}}, %{{.*}}, %{{.*}}, %[[A]]
  return %a, %r, %i, %s, %again : tensor<?x6xf32>, tensor<?x2x3xf32>, tensor<?x1xf32>, tensor<?x4xf32>, tensor<?x6xf32>
}
