// RUN: snn-opt %s --convert-ann-to-snn | FileCheck %s
// RUN: snn-opt %s --convert-ann-to-snn="products=neuron" | FileCheck %s --check-prefix=NEURON

// Tests that products of two activations are bilinear synapses, or a neuron for each scalar product.
// CHECK-LABEL: func.func @attention
// NEURON-LABEL: func.func @attention
func.func @attention(%x: tensor<?x4x3xf32>) -> tensor<?x4x4xf32> {
  // CHECK: %[[T:.*]] = snn.transpose
  %0 = ann.transpose %x perm = [0, 2, 1] : (tensor<?x4x3xf32>) -> tensor<?x3x4xf32>
  // CHECK: snn.matmul %{{.*}}, %[[T]] : (!snn.spikes<4x3, graded>, !snn.current<3x4>) -> !snn.current<4x4>
  // CHECK-NOT: snn.neuron
  // NEURON: snn.neuron mul({{.*}}) {{.*}} : (!snn.current<4x4x3>, !snn.current<4x4x3>) -> !snn.spikes<4x4x3, sign>
  // NEURON: snn.gemm %{{.*}} : (!snn.spikes<4x4x3, sign>, tensor<3x1xf32>)
  %1 = ann.matmul %x, %0 : (tensor<?x4x3xf32>, tensor<?x3x4xf32>) -> tensor<?x4x4xf32>
  return %1 : tensor<?x4x4xf32>
}

// Tests products element by element, one of them broadcast, and squares.
// CHECK-LABEL: func.func @elementwise
// NEURON-LABEL: func.func @elementwise
func.func @elementwise(%x: tensor<?x2x3xf32>) -> tensor<?x2x3xf32> {
  %0 = ann.reduce_mean %x axes = [2] keepdims : (tensor<?x2x3xf32>) -> tensor<?x2x1xf32>
  // CHECK: %[[E:.*]] = snn.gather %{{.*}} axis = 1 indices = [0, 0, 0]
  // CHECK: %[[P:.*]] = snn.mul %{{.*}}, %[[E]]
  // NEURON: snn.neuron mul(
  %1 = ann.mul %x, %0 : (tensor<?x2x3xf32>, tensor<?x2x1xf32>) -> tensor<?x2x3xf32>
  // CHECK: snn.mul %[[P]], %[[P]]
  // NEURON: snn.neuron square(
  %2 = ann.square %1 : tensor<?x2x3xf32>
  return %2 : tensor<?x2x3xf32>
}
