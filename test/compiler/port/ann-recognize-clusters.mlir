// RUN: snn-opt %s --ann-recognize-clusters | FileCheck %s

// Tests GELU as PyTorch exports it: x * (1 + erf(x / sqrt(2))) * 0.5.
// CHECK-LABEL: func.func @gelu
// CHECK-NEXT: %[[Y:.+]] = ann.gelu %arg0 approximate = none : tensor<?x4xf32>
// CHECK-NEXT: return %[[Y]]
func.func @gelu(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %root = ann.constant dense<1.41421354> : tensor<f32>
  %one = ann.constant dense<1.0> : tensor<f32>
  %half = ann.constant dense<0.5> : tensor<f32>
  %0 = ann.div %x, %root : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %1 = ann.erf %0 : tensor<?x4xf32>
  %2 = ann.add %1, %one : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %3 = ann.mul %x, %2 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = ann.mul %3, %half : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  return %4 : tensor<?x4xf32>
}

// Tests that another order of the same arithmetic is the same, also where x is a scaled value.
// CHECK-LABEL: func.func @gelu_order
// CHECK: %[[X:.+]] = ann.mul %arg0
// CHECK: %[[Y:.+]] = ann.gelu %[[X]] approximate = none
// CHECK-NEXT: return %[[Y]]
func.func @gelu_order(%arg: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %scale = ann.constant dense<3.0> : tensor<f32>
  %inverse = ann.constant dense<0.707106769> : tensor<f32>
  %half = ann.constant dense<0.5> : tensor<f32>
  %x = ann.mul %arg, %scale : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %0 = ann.mul %inverse, %x : (tensor<f32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = ann.erf %0 : tensor<?x4xf32>
  %2 = ann.mul %1, %x : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %3 = ann.add %x, %2 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = ann.mul %half, %3 : (tensor<f32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %4 : tensor<?x4xf32>
}

// Tests GELU by tanh.
// CHECK-LABEL: func.func @gelu_tanh
// CHECK-NEXT: %[[Y:.+]] = ann.gelu %arg0 approximate = tanh
// CHECK-NEXT: return %[[Y]]
func.func @gelu_tanh(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %a = ann.constant dense<4.471500e-02> : tensor<f32>
  %b = ann.constant dense<0.797884583> : tensor<f32>
  %one = ann.constant dense<1.0> : tensor<f32>
  %half = ann.constant dense<0.5> : tensor<f32>
  %0 = ann.square %x : tensor<?x4xf32>
  %1 = ann.mul %x, %0 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = ann.mul %1, %a : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %3 = ann.add %x, %2 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = ann.mul %3, %b : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %5 = ann.tanh %4 : tensor<?x4xf32>
  %6 = ann.add %5, %one : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %7 = ann.mul %x, %half : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %8 = ann.mul %7, %6 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %8 : tensor<?x4xf32>
}

// Tests SiLU and both spellings of HardSwish, and HardSigmoid from a clip.
// CHECK-LABEL: func.func @products
// CHECK-NEXT: %[[A:.+]] = ann.silu %arg0
// CHECK-NEXT: %[[B:.+]] = ann.hard_swish %[[A]]
// CHECK-NEXT: %[[C:.+]] = ann.hard_swish %[[B]]
// CHECK-NEXT: %[[D:.+]] = ann.hard_sigmoid %[[C]]
// CHECK-NEXT: return %[[D]]
func.func @products(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %three = ann.constant dense<3.0> : tensor<f32>
  %six = ann.constant dense<6.0> : tensor<f32>
  %0 = ann.sigmoid %x : tensor<?x4xf32>
  %1 = ann.mul %x, %0 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %2 = ann.hard_sigmoid %1 alpha = 0.16666667163372040 beta = 0.5 : tensor<?x4xf32>
  %3 = ann.mul %2, %1 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = ann.add %3, %three : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %5 = ann.clip %4 min = 0.0 max = 6.0 : tensor<?x4xf32>
  %6 = ann.mul %3, %5 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %7 = ann.div %6, %six : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %8 = ann.add %7, %three : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %9 = ann.clip %8 min = 0.0 max = 6.0 : tensor<?x4xf32>
  %10 = ann.div %9, %six : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  return %10 : tensor<?x4xf32>
}

// Tests that what only looks like one stays: another factor, another activation.
// CHECK-LABEL: func.func @others
// CHECK-NOT: ann.gelu
// CHECK-NOT: ann.silu
// CHECK: return
func.func @others(%x: tensor<?x4xf32>, %y: tensor<?x4xf32>) -> (tensor<?x4xf32>, tensor<?x4xf32>) {
  %root = ann.constant dense<1.5> : tensor<f32>
  %one = ann.constant dense<1.0> : tensor<f32>
  %half = ann.constant dense<0.5> : tensor<f32>
  %0 = ann.div %x, %root : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %1 = ann.erf %0 : tensor<?x4xf32>
  %2 = ann.add %1, %one : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %3 = ann.mul %x, %2 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %4 = ann.mul %3, %half : (tensor<?x4xf32>, tensor<f32>) -> tensor<?x4xf32>
  %5 = ann.sigmoid %x : tensor<?x4xf32>
  %6 = ann.mul %y, %5 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %4, %6 : tensor<?x4xf32>, tensor<?x4xf32>
}
