// RUN: snn-opt %s | snn-opt | FileCheck %s
// Every attribute of the ann dialect, where it belongs (docs/spec/attributes.md).

// CHECK: module attributes {ann.source = "net.onnx"}
module attributes {ann.source = "net.onnx"} {
  // CHECK: @all(%arg0: tensor<?x4xf32> {ann.mean = array<f64: 5.000000e-01>, ann.name = "x", ann.std = array<f64: 2.000000e+00>}) -> (tensor<?x4xf32> {ann.name = "y"})
  func.func @all(%x: tensor<?x4xf32> {ann.name = "x", ann.mean = array<f64: 0.5>, ann.std = array<f64: 2.0>})
      -> (tensor<?x4xf32> {ann.name = "y"}) {
    // CHECK: ann.relu %arg0 {ann.range = #{{.*}}}
    %0 = ann.relu %x {ann.range = #ann.range<dense<0.0> : tensor<f64>, dense<2.0> : tensor<f64>>} : tensor<?x4xf32>
    // CHECK: ann.clip {{.*}} {ann.saturation = array<f64: 0.000000e+00, 5.000000e-01>}
    %1 = ann.clip %0 max = 6.0 {ann.saturation = array<f64: 0.0, 0.5>} : tensor<?x4xf32>
    // CHECK: ann.tanh {{.*}} {ann.host}
    %2 = ann.tanh %1 {ann.host} : tensor<?x4xf32>
    return %2 : tensor<?x4xf32>
  }

  // CHECK: @merged(tensor<?x10xf32> {ann.parts = [{name = "a", shape = array<i64: 2, 3>}, {name = "b", shape = array<i64: 4>}]})
  func.func private @merged(%arg0: tensor<?x10xf32> {ann.parts = [{name = "a", shape = array<i64: 2, 3>}, {name = "b", shape = array<i64: 4>}]})
  // CHECK: @bytes(tensor<?x2xf32> {ann.bytes})
  func.func private @bytes(tensor<?x2xf32> {ann.bytes})
}
