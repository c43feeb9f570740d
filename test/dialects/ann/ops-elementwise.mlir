// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that functions of one operand keep their text form.
// CHECK-LABEL: func.func @functions
func.func @functions(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: ann.leaky_relu %{{.*}} alpha = 1.000000e-02 : tensor<?x8xf32>
  %0 = ann.leaky_relu %x alpha = 0.01 : tensor<?x8xf32>
  // CHECK: ann.gelu %{{.*}} approximate = none : tensor<?x8xf32>
  %1 = ann.gelu %0 approximate = none : tensor<?x8xf32>
  // CHECK: ann.gelu %{{.*}} approximate = tanh : tensor<?x8xf32>
  %2 = ann.gelu %1 approximate = tanh : tensor<?x8xf32>
  // CHECK: ann.silu %{{.*}} : tensor<?x8xf32>
  %3 = ann.silu %2 : tensor<?x8xf32>
  // CHECK: ann.hard_swish %{{.*}} : tensor<?x8xf32>
  %4 = ann.hard_swish %3 : tensor<?x8xf32>
  // CHECK: ann.hard_sigmoid %{{.*}} alpha = 2.000000e-01 beta = 5.000000e-01 : tensor<?x8xf32>
  %5 = ann.hard_sigmoid %4 alpha = 0.2 beta = 0.5 : tensor<?x8xf32>
  // CHECK: ann.sigmoid %{{.*}} : tensor<?x8xf32>
  %6 = ann.sigmoid %5 : tensor<?x8xf32>
  // CHECK: ann.tanh %{{.*}} : tensor<?x8xf32>
  %7 = ann.tanh %6 : tensor<?x8xf32>
  // CHECK: ann.elu %{{.*}} alpha = 1.000000e+00 : tensor<?x8xf32>
  %8 = ann.elu %7 alpha = 1.0 : tensor<?x8xf32>
  // CHECK: ann.softplus %{{.*}} : tensor<?x8xf32>
  %9 = ann.softplus %8 : tensor<?x8xf32>
  // CHECK: ann.clip %{{.*}} min = 0.000000e+00 max = 6.000000e+00 : tensor<?x8xf32>
  %10 = ann.clip %9 min = 0.0 max = 6.0 : tensor<?x8xf32>
  // CHECK: ann.clip %{{.*}} max = 6.000000e+00 : tensor<?x8xf32>
  %11 = ann.clip %10 max = 6.0 : tensor<?x8xf32>
  // CHECK: ann.clip %{{.*}} : tensor<?x8xf32>
  %12 = ann.clip %11 : tensor<?x8xf32>
  // CHECK: ann.erf %{{.*}} : tensor<?x8xf32>
  %13 = ann.erf %12 : tensor<?x8xf32>
  // CHECK: ann.exp %{{.*}} : tensor<?x8xf32>
  %14 = ann.exp %13 : tensor<?x8xf32>
  // CHECK: ann.sqrt %{{.*}} : tensor<?x8xf32>
  %15 = ann.sqrt %14 : tensor<?x8xf32>
  // CHECK: ann.reciprocal %{{.*}} : tensor<?x8xf32>
  %16 = ann.reciprocal %15 : tensor<?x8xf32>
  // CHECK: ann.abs %{{.*}} : tensor<?x8xf32>
  %17 = ann.abs %16 : tensor<?x8xf32>
  // CHECK: ann.square %{{.*}} : tensor<?x8xf32>
  %18 = ann.square %17 : tensor<?x8xf32>
  // CHECK: ann.neg %{{.*}} : tensor<?x8xf32>
  %19 = ann.neg %18 : tensor<?x8xf32>
  return %19 : tensor<?x8xf32>
}

// CHECK-LABEL: func.func @more_functions
func.func @more_functions(%x: tensor<?x8xf32>) -> tensor<?x8xf32> {
  // CHECK: ann.mish %{{.*}} : tensor<?x8xf32>
  %0 = ann.mish %x : tensor<?x8xf32>
  // CHECK: ann.softsign %{{.*}} : tensor<?x8xf32>
  %1 = ann.softsign %0 : tensor<?x8xf32>
  // CHECK: ann.log %{{.*}} : tensor<?x8xf32>
  %2 = ann.log %1 : tensor<?x8xf32>
  // CHECK: ann.sin %{{.*}} : tensor<?x8xf32>
  %3 = ann.sin %2 : tensor<?x8xf32>
  // CHECK: ann.cos %{{.*}} : tensor<?x8xf32>
  %4 = ann.cos %3 : tensor<?x8xf32>
  // CHECK: ann.sign %{{.*}} : tensor<?x8xf32>
  %5 = ann.sign %4 : tensor<?x8xf32>
  // CHECK: ann.floor %{{.*}} : tensor<?x8xf32>
  %6 = ann.floor %5 : tensor<?x8xf32>
  // CHECK: ann.ceil %{{.*}} : tensor<?x8xf32>
  %7 = ann.ceil %6 : tensor<?x8xf32>
  // CHECK: ann.round %{{.*}} : tensor<?x8xf32>
  %8 = ann.round %7 : tensor<?x8xf32>
  // CHECK: ann.thresholded_relu %{{.*}} alpha = 1.000000e+00 : tensor<?x8xf32>
  %9 = ann.thresholded_relu %8 alpha = 1.0 : tensor<?x8xf32>
  // CHECK: ann.shrink %{{.*}} lambda = 5.000000e-01 bias = 2.500000e-01 : tensor<?x8xf32>
  %10 = ann.shrink %9 lambda = 0.5 bias = 0.25 : tensor<?x8xf32>
  return %10 : tensor<?x8xf32>
}

// Tests that functions of two operands keep theirs.
// CHECK-LABEL: func.func @arithmetic
func.func @arithmetic(%x: tensor<?x8x4xf32>, %c: tensor<8x1xf32>) -> tensor<?x8x4xf32> {
  // CHECK: ann.sub %{{.*}}, %{{.*}} : (tensor<8x1xf32>, tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  %0 = ann.sub %c, %x : (tensor<8x1xf32>, tensor<?x8x4xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.mul %{{.*}}, %{{.*}} : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  %1 = ann.mul %0, %c : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.div %{{.*}}, %{{.*}} : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  %2 = ann.div %1, %c : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.min %{{.*}}, %{{.*}} : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  %3 = ann.min %2, %c : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  // CHECK: ann.prelu %{{.*}}, %{{.*}} : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  %4 = ann.prelu %3, %c : (tensor<?x8x4xf32>, tensor<8x1xf32>) -> tensor<?x8x4xf32>
  return %4 : tensor<?x8x4xf32>
}
