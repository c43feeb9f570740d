// RUN: snn-opt %s --ann-place-heads --convert-ann-to-snn | FileCheck %s
// RUN: snn-opt %s --ann-place-heads --convert-ann-to-snn="dynamics=subgradient" | FileCheck %s --check-prefix=RATE

// Tests that every output is decoded, at the end and once; that heads stand behind the decoders; that an output that
// neurons send is decoded beside what hears it.
// CHECK-LABEL: func.func @outputs
// CHECK: %[[IN:.+]] = snn.encode %arg0
// CHECK: %[[S:.+]] = snn.neuron relu
// CHECK: %[[Y:.+]] = snn.scale %[[S]]
// CHECK: %[[G:.+]] = snn.gemm
// CHECK-NOT: ann.
// CHECK: %[[LOGITS:.+]] = snn.decode %[[G]] : !snn.current<3> -> tensor<?x3xf32>
// CHECK: %[[HIDDEN:.+]] = snn.decode
// CHECK: %[[INPUT:.+]] = snn.decode
// CHECK: %[[P:.+]] = ann.softmax %[[LOGITS]] axis = 1 :
// CHECK: %[[R:.+]] = ann.reshape %[[P]] shape = [-1, 3, 1] :
// CHECK-NOT: ann.host
// CHECK: return %[[R]], %[[LOGITS]], %[[HIDDEN]], %[[INPUT]]

// RATE-LABEL: func.func @outputs
// RATE: snn.decode %{{.*}} schedule <inverse(1.0)> : !snn.current<3, rate>
// RATE: snn.decode %{{.*}} schedule <inverse(1.0)> : !snn.current<4, rate>
// RATE: snn.decode %{{.*}} schedule <inverse(1.0)> : !snn.current<2, rate>
// RATE: ann.softmax
func.func @outputs(%x: tensor<?x2xf32>) -> (tensor<?x3x1xf32> {ann.name = "p"}, tensor<?x3xf32> {ann.name = "logits"}, tensor<?x4xf32> {ann.name = "hidden"}, tensor<?x2xf32> {ann.name = "x"}) {
  %w = ann.constant dense<0.5> : tensor<2x4xf32>
  %v = ann.constant dense<0.25> : tensor<4x3xf32>
  %h = ann.gemm %x, %w : (tensor<?x2xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  %s = ann.relu %h {ann.range = #ann.range<dense<0.0> : tensor<4xf64>, dense<2.0> : tensor<4xf64>>} : tensor<?x4xf32>
  %g = ann.gemm %s, %v : (tensor<?x4xf32>, tensor<4x3xf32>) -> tensor<?x3xf32>
  %p = ann.softmax %g axis = 1 : (tensor<?x3xf32>) -> tensor<?x3xf32>
  %r = ann.reshape %p shape = [-1, 3, 1] : (tensor<?x3xf32>) -> tensor<?x3x1xf32>
  return %r, %g, %s, %x : tensor<?x3x1xf32>, tensor<?x3xf32>, tensor<?x4xf32>, tensor<?x2xf32>
}
