// RUN: snn-opt %s --ann-decompose | FileCheck %s
// RUN: snn-opt %s --ann-decompose="softmax=bound" | FileCheck %s --check-prefix=BOUND

// Tests that a mask of minus infinity leaves its elements out: rows of 1, 2 and 3 elements are one list of six, of
// which the second row is at 1 and 2, the third at 3, 4 and 5. Maxima come before what had no partner.
// CHECK-LABEL: func.func @causal
// CHECK-SAME: %[[X:.*]]: tensor<?x2x3x3xf32>
// CHECK: %[[R:.*]] = ann.reshape %[[X]] shape = [-1, 2, 1, 9]
// CHECK: %[[K:.*]] = ann.gather %[[R]] axis = 3 indices = [0, 3, 4, 6, 7, 8] :
// CHECK-DAG: %[[A:.*]] = ann.gather %[[K]] axis = 3 indices = [1, 3] :
// CHECK-DAG: %[[B:.*]] = ann.gather %[[K]] axis = 3 indices = [2, 4] :
// CHECK-DAG: %[[M:.*]] = ann.max %[[A]], %[[B]]
// CHECK-DAG: %[[C:.*]] = ann.gather %[[K]] axis = 3 indices = [0, 5] :
// CHECK: %[[T:.*]] = ann.concat %[[M]], %[[C]] axis = 3
// CHECK-DAG: %[[D:.*]] = ann.gather %[[T]] axis = 3 indices = [1] :
// CHECK-DAG: %[[E:.*]] = ann.gather %[[T]] axis = 3 indices = [3] :
// CHECK-DAG: %[[N:.*]] = ann.max %[[D]], %[[E]] : (tensor<?x2x1x1xf32>, tensor<?x2x1x1xf32>) -> tensor<?x2x1x1xf32>
// CHECK-DAG: %[[F:.*]] = ann.gather %[[T]] axis = 3 indices = [2, 0] :
// CHECK: %[[U:.*]] = ann.concat %[[N]], %[[F]] axis = 3
// CHECK: %[[G:.*]] = ann.gather %[[U]] axis = 3 indices = [1, 2, 2, 0, 0, 0] :
// CHECK: %[[S:.*]] = ann.sub %[[K]], %[[G]]
// CHECK: %[[P:.*]] = ann.exp %[[S]] : tensor<?x2x1x6xf32>
// CHECK: ann.pad %[[P]] pads = [0, 0, 0, 0, 0, 0, 0, 1] value = 0.000000e+00
// CHECK: ann.gather %{{.*}} axis = 3 indices = [0, 6, 6, 1, 2, 6, 3, 4, 5] :
// CHECK: ann.reduce_sum %{{.*}} axes = [3] : (tensor<?x2x3x3xf32>) -> tensor<?x2x3xf32>
// CHECK: %[[V:.*]] = ann.gather %{{.*}} axis = 3 indices = [0, 1, 1, 2, 2, 2] :
// CHECK: %[[Q:.*]] = ann.div %[[P]], %[[V]]
// CHECK: ann.pad %[[Q]]
// CHECK: ann.gather %{{.*}} axis = 3 indices = [0, 6, 6, 1, 2, 6, 3, 4, 5] :
// CHECK: ann.reshape %{{.*}} shape = [-1, 2, 3, 3]
// BOUND-LABEL: func.func @causal
// BOUND-NOT: ann.max
// BOUND: ann.exp %{{.*}} : tensor<?x2x1x6xf32>
// BOUND: return
func.func @causal(%x: tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32> {
  %m = ann.constant dense<[[0.0, 0xFF800000, 0xFF800000], [0.0, 0.0, 0xFF800000], [0.0, 0.0, 0.0]]> : tensor<3x3xf32>
  %0 = ann.add %x, %m : (tensor<?x2x3x3xf32>, tensor<3x3xf32>) -> tensor<?x2x3x3xf32>
  %1 = ann.softmax %0 axis = 3 : (tensor<?x2x3x3xf32>) -> tensor<?x2x3x3xf32>
  return %1 : tensor<?x2x3x3xf32>
}

// Tests that the same elements of every row are left out by one softmax of the others, that a finite mask says how far scores may
// be apart (10000.5 less 24 ln 2 and ln 3), and that other summands stay.
// CHECK-LABEL: func.func @padding
// CHECK-SAME: %[[X:.*]]: tensor<?x4x3xf32>
// CHECK: %[[K:.*]] = ann.gather %[[X]] axis = 2 indices = [0, 2] {ann.spread = 9982.76585{{[0-9]+}} : f64}
// CHECK: %[[A:.*]] = ann.add %[[K]], %{{.*}} : (tensor<?x4x2xf32>, tensor<4x2xf32>)
// CHECK: ann.div %{{.*}} : (tensor<?x4x2xf32>, tensor<?x4x1xf32>) -> tensor<?x4x2xf32>
// CHECK: ann.gather %{{.*}} axis = 2 indices = [0, 2, 1] :
func.func @padding(%x: tensor<?x4x3xf32>) -> tensor<?x4x3xf32> {
  %m = ann.constant dense<[0.5, -10000.0, 0.0]> : tensor<3xf32>
  %0 = ann.add %x, %m : (tensor<?x4x3xf32>, tensor<3xf32>) -> tensor<?x4x3xf32>
  %1 = ann.softmax %0 axis = 2 : (tensor<?x4x3xf32>) -> tensor<?x4x3xf32>
  return %1 : tensor<?x4x3xf32>
}

// Tests a mask by Where, a 0 in a factor, behind a reshape, and along another dimension than the last.
// CHECK-LABEL: func.func @chosen
// CHECK-SAME: %[[X:.*]]: tensor<?x6xf32>
// CHECK-NOT: ann.mul
// CHECK: %[[R:.*]] = ann.reshape %[[X]] shape = [-1, 1, 1, 6]
// CHECK: ann.gather %[[R]] axis = 3 indices = [0, 3, 1, 5] {ann.spread = 3.40282{{.*}}E+38 : f64} :
// CHECK: return
func.func @chosen(%x: tensor<?x6xf32>) -> tensor<?x2x3xf32> {
  %k = ann.constant dense<[1.0, 1.0, 0.0, 1.0, 0.0, 1.0]> : tensor<6xf32>
  %m = ann.constant dense<[[0.0, 0.0, -3.4028234663852886e+38], [0.0, -3.4028234663852886e+38, 0.0]]> : tensor<2x3xf32>
  %0 = ann.mul %x, %k : (tensor<?x6xf32>, tensor<6xf32>) -> tensor<?x6xf32>
  %1 = ann.reshape %0 shape = [-1, 2, 3] : (tensor<?x6xf32>) -> tensor<?x2x3xf32>
  %2 = ann.add %1, %m : (tensor<?x2x3xf32>, tensor<2x3xf32>) -> tensor<?x2x3xf32>
  %3 = ann.softmax %2 axis = 1 : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  return %3 : tensor<?x2x3xf32>
}

// Tests that a bias of positions is none: it hides nothing.
// CHECK-LABEL: func.func @bias
// CHECK: ann.add
// CHECK: ann.exp %{{.*}} : tensor<?x2x3xf32>
// CHECK-NOT: ann.gather
// CHECK: return
func.func @bias(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %m = ann.constant dense<[0.0, -30.0, -60.0]> : tensor<3xf32>
  %0 = ann.add %x, %m : (tensor<?x2x3xf32>, tensor<3xf32>) -> tensor<?x2x3xf32>
  %1 = ann.softmax %0 axis = 2 : (tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  return %1 : tensor<?x2x3xf32>
}

// Tests that an infinite bound binds nothing.
// CHECK-LABEL: func.func @bounds
// CHECK-SAME: %[[X:.*]]: tensor<?x3xf32>
// CHECK: return %[[X]]
func.func @bounds(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %m = ann.constant dense<0xFF800000> : tensor<3xf32>
  %p = ann.constant dense<3.4028234663852886e+38> : tensor<f32>
  %0 = ann.max %x, %m : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %1 = ann.min %0, %p : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}
