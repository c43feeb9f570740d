// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s
// RUN: snn-opt %s --convert-ann-to-snn="gelu=sigmoid scale-per=neuron" | FileCheck %s --check-prefix=PAPER

// Tests that a function that scales with its operand is divided at its input, any other works in units.
// CHECK-LABEL: func.func @units
// PAPER-LABEL: func.func @units
func.func @units(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // CHECK: %[[I:.*]] = snn.scale %{{.*}}, %{{.*}}
  // CHECK: %[[L:.*]] = snn.neuron leaky_relu(%[[I]]) params [1.000000e-01] schedule <exponential(0.15, 0.95)> code <sign> :
  // CHECK: snn.scale %[[L]]
  // PAPER: snn.neuron leaky_relu({{.*}}) params [1.000000e-01] schedule <exponential(0.15, 0.95)> code <sign> :
  %0 = ann.leaky_relu %x alpha = 0.1 {ann.range = #ann.range<dense<-1.0> : tensor<2xf64>, dense<[4.0, 2.0]> : tensor<2xf64>>} : tensor<?x2xf32>
  // CHECK: %[[G:.*]] = snn.neuron gelu({{.*}}) schedule <exponential(0.15, 0.95)> code <sign> range dense<[4.000000e+00, 2.000000e+00]> : tensor<2xf32>
  // CHECK: snn.scale %[[G]]
  // PAPER: snn.neuron gelu_sigmoid({{.*}}) schedule <exponential(0.15, 0.95)> code <sign> :
  %1 = ann.gelu %0 approximate = none {ann.range = #ann.range<dense<-1.0> : tensor<2xf64>, dense<[4.0, 2.0]> : tensor<2xf64>>} : tensor<?x2xf32>
  // CHECK: snn.neuron gelu(
  %2 = ann.gelu %1 approximate = tanh : tensor<?x2xf32>
  // CHECK: snn.neuron clip({{.*}}) params [0.000000e+00, 6.000000e+00]
  %3 = ann.clip %2 min = 0.0 max = 6.0 : tensor<?x2xf32>
  // CHECK: snn.neuron hard_sigmoid({{.*}}) params [2.000000e-01, 5.000000e-01]
  %4 = ann.hard_sigmoid %3 alpha = 0.2 beta = 0.5 : tensor<?x2xf32>
  // CHECK: snn.neuron elu({{.*}}) params [1.000000e+00]
  %5 = ann.elu %4 alpha = 1.0 : tensor<?x2xf32>
  // CHECK: snn.neuron mish({{.*}})
  %6 = ann.mish %5 : tensor<?x2xf32>
  // CHECK: snn.neuron softsign({{.*}})
  %7 = ann.softsign %6 : tensor<?x2xf32>
  // CHECK: snn.neuron log({{.*}})
  %8 = ann.log %7 : tensor<?x2xf32>
  // CHECK: snn.neuron sin({{.*}})
  %9 = ann.sin %8 : tensor<?x2xf32>
  // CHECK: snn.neuron cos({{.*}})
  %10 = ann.cos %9 : tensor<?x2xf32>
  // CHECK: snn.neuron sign({{.*}})
  %11 = ann.sign %10 : tensor<?x2xf32>
  // CHECK: snn.neuron floor({{.*}})
  %12 = ann.floor %11 : tensor<?x2xf32>
  // CHECK: snn.neuron ceil({{.*}})
  %13 = ann.ceil %12 : tensor<?x2xf32>
  // CHECK: snn.neuron round({{.*}})
  %14 = ann.round %13 : tensor<?x2xf32>
  // CHECK: snn.neuron thresholded_relu({{.*}}) params [1.500000e+00]
  %15 = ann.thresholded_relu %14 alpha = 1.5 : tensor<?x2xf32>
  // CHECK: snn.neuron shrink({{.*}}) params [5.000000e-01, 2.500000e-01]
  %16 = ann.shrink %15 lambda = 0.5 bias = 0.25 : tensor<?x2xf32>
  return %16 : tensor<?x2xf32>
}

// Tests that the unit of an exponential is a bound that is subtracted, and cancels in a softmax.
// CHECK-LABEL: func.func @softmax
func.func @softmax(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // CHECK-DAG: %[[B:.*]] = arith.constant dense<-2.000000e+00> : tensor<1xf32>
  // CHECK: %[[S:.*]] = snn.bias %{{.*}}, %[[B]]
  // CHECK: %[[E:.*]] = snn.neuron exp(%[[S]]) schedule <exponential(0.15, 0.95)> code <sign> : (!snn.current<2>)
  // CHECK: snn.gemm %[[E]]
  %0 = ann.exp %x {ann.range = #ann.range<dense<0.0> : tensor<1xf64>, dense<7.3890560989306504> : tensor<1xf64>>} : tensor<?x2xf32>
  %1 = ann.reduce_sum %0 axes = [1] keepdims : (tensor<?x2xf32>) -> tensor<?x1xf32>
  // CHECK: %[[D:.*]] = snn.gather %{{.*}} axis = 0 indices = [0, 0]
  // CHECK: snn.neuron div(%{{.*}}, %[[D]])
  %2 = ann.div %0, %1 : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}

// Tests linear operators that are written as arithmetic.
// CHECK-LABEL: func.func @linear
func.func @linear(%x: tensor<?x2x3xf32>) -> tensor<?x2x4xf32> {
  %c = ann.constant dense<[2.0, 3.0, 4.0]> : tensor<3xf32>
  // CHECK: snn.scale %{{.*}} : (!snn.spikes<2x3, graded>, tensor<1x3xf32>)
  %0 = ann.mul %x, %c : (tensor<?x2x3xf32>, tensor<3xf32>) -> tensor<?x2x3xf32>
  // CHECK: snn.scale %{{.*}} : (!snn.spikes<2x3, graded>, tensor<1x1xf32>)
  // CHECK-NEXT: snn.add
  %1 = ann.sub %0, %x : (tensor<?x2x3xf32>, tensor<?x2x3xf32>) -> tensor<?x2x3xf32>
  // CHECK: snn.gemm
  %2 = ann.reduce_sum %1 axes = [2] keepdims : (tensor<?x2x3xf32>) -> tensor<?x2x1xf32>
  // CHECK: snn.gather %{{.*}} axis = 1 indices = [0, 0, 0, 0]
  %3 = ann.expand %2 shape = [-1, 2, 4] : (tensor<?x2x1xf32>) -> tensor<?x2x4xf32>
  return %3 : tensor<?x2x4xf32>
}
