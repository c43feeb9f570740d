// RUN: snn-opt %s --convert-snn-to-core="model=%S/Inputs/narrow.toml" | FileCheck %s

// Tests that a neuron with more sources than the model allows hears relays that add up a part each, and
// keeps its bias to itself.
// CHECK: core.layer @neuron.sum1 from [@input] depth 1
// CHECK: snn.slice %{{.*}} starts = [0] sizes = [4]
// CHECK: dense<{{\[\[}}1.000000e+00], [2.000000e+00], [3.000000e+00], [4.000000e+00]]>
// CHECK: snn.gemm %{{.*}}, %{{[^ ]*}} : (
// CHECK: core.layer @neuron.sum2 from [@input] depth 1
// CHECK: snn.slice %{{.*}} starts = [4] sizes = [2]
// CHECK: dense<{{\[\[}}5.000000e+00], [6.000000e+00]]>
// CHECK: core.layer @neuron from [@neuron.sum1, @neuron.sum2] depth 2
// CHECK: %[[S:.+]] = snn.add
// CHECK: %[[B:.+]] = snn.bias %[[S]]
// CHECK: snn.neuron relu(%[[B]])
// CHECK: core.layer @output from [@neuron] depth 3
func.func @net(%x: tensor<?x6xf32>) -> tensor<?x1xf32> {
  %w = arith.constant dense<[[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]> : tensor<6x1xf32>
  %b = arith.constant dense<0.5> : tensor<1xf32>
  %in = snn.encode %x direct : tensor<?x6xf32> -> !snn.spikes<6, graded>
  %c = snn.gemm %in, %w bias %b : (!snn.spikes<6, graded>, tensor<6x1xf32>, tensor<1xf32>) -> !snn.current<1>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<1>) -> !snn.spikes<1, ternary>
  %z = snn.reshape %s shape = [1] : (!snn.spikes<1, ternary>) -> !snn.current<1>
  %y = snn.decode %z : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
