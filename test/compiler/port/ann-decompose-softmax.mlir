// RUN: snn-opt %s --ann-decompose | FileCheck %s
// RUN: snn-opt %s --ann-decompose="softmax=bound" | FileCheck %s --check-prefix=BOUND
// RUN: not snn-opt %s --ann-decompose="softmax=mean" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// UNKNOWN: error: softmax 'mean' is not one of max, bound

// Tests that softmax becomes exponentials over their sum, relative to the largest input of each row: of five
// elements, halves that share the middle one, then two halves of three, then of two.
// CHECK-LABEL: func.func @softmax
// CHECK-SAME: %[[X:.*]]: tensor<?x2x4x5xf32>
// BOUND-LABEL: func.func @softmax
// BOUND-SAME: %[[X:.*]]: tensor<?x2x4x5xf32>
func.func @softmax(%x: tensor<?x2x4x5xf32>) -> tensor<?x2x4x5xf32> {
  // CHECK: %[[A:.*]] = ann.slice %[[X]] starts = [0, 0, 0, 0] sizes = [-1, 2, 4, 3] steps = [1, 1, 1, 1]
  // CHECK: %[[B:.*]] = ann.slice %[[X]] starts = [0, 0, 0, 2] sizes = [-1, 2, 4, 3] steps = [1, 1, 1, 1]
  // CHECK: %[[M3:.*]] = ann.max %[[A]], %[[B]]
  // CHECK: %[[C:.*]] = ann.slice %[[M3]] starts = [0, 0, 0, 0] sizes = [-1, 2, 4, 2]
  // CHECK: %[[D:.*]] = ann.slice %[[M3]] starts = [0, 0, 0, 1] sizes = [-1, 2, 4, 2]
  // CHECK: %[[M2:.*]] = ann.max %[[C]], %[[D]]
  // CHECK: %[[M1:.*]] = ann.max {{.*}} -> tensor<?x2x4x1xf32>
  // CHECK: %[[R:.*]] = ann.sub %[[X]], %[[M1]]
  // CHECK: %[[E:.*]] = ann.exp %[[R]]
  // CHECK: %[[S:.*]] = ann.reduce_sum %[[E]] axes = [3] keepdims
  // CHECK: ann.div %[[E]], %[[S]]
  // BOUND-NOT: ann.max
  // BOUND: %[[E:.*]] = ann.exp %[[X]]
  // BOUND: %[[S:.*]] = ann.reduce_sum %[[E]] axes = [3] keepdims
  // BOUND: ann.div %[[E]], %[[S]]
  %0 = ann.softmax %x axis = 3 : (tensor<?x2x4x5xf32>) -> tensor<?x2x4x5xf32>
  return %0 : tensor<?x2x4x5xf32>
}
