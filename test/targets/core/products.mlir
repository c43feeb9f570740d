// RUN: snn-opt %s --convert-snn-to-core="model=generic" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(convert-snn-to-core{model=%S/Inputs/products.toml},core.program(core-partition))" | FileCheck %s --check-prefix=CUT
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=%S/Inputs/narrow.toml" 2>&1 | FileCheck %s --check-prefix=NARROW

// Tests that a product of two streams becomes a layer of its own between what it hears and what hears it, and
// that a core that holds a part of a matrix product hears whole rows of one factor, whole columns of the other.
// CHECK: core.layer @a from [@input] depth 1
// CHECK: core.layer @matmul from [@a] depth 2
// CHECK: %[[P:.+]] = snn.transpose
// CHECK: %[[Q:.+]] = snn.matmul %{{.*}}, %[[P]]
// CHECK: core.yield %[[Q]] : !snn.current<4x4>
// CHECK: core.layer @b from [@matmul] depth 3
// CHECK: ^bb0(%[[H:.+]]: !snn.spikes<4x4, graded>):
// CHECK: %[[C:.+]] = snn.reshape %[[H]]
// CHECK: snn.neuron relu(%[[C]])
// CHECK: core.layer @output from [@b] depth 4

// Eight of sixteen products: 2 rows x 3 of one factor, all 3 x 4 of the other, 64 bits each for the number and its
// change, 32 for each product's.
// CUT: core.core 2 load {{.*}}in_axons = 12 {{.*}}neuron_bits = 1408 {{.*}}neurons = 8
// CUT-NEXT: core.population @matmul offsets [0, 0] sizes [2, 4]
// CUT: core.core 3
// CUT-NEXT: core.population @matmul offsets [2, 0] sizes [2, 4]

// NARROW: layer 'matmul' has neurons with 6 sources, but a neuron of 'narrow' takes 4, and it has no weights to cut them by
func.func @net(%x: tensor<?x4x3xf32>) -> tensor<?x4x4xf32> {
  %in = snn.encode %x direct : tensor<?x4x3xf32> -> !snn.spikes<4x3, graded>
  %c = snn.reshape %in shape = [4, 3] : (!snn.spikes<4x3, graded>) -> !snn.current<4x3>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<4x3>) -> !snn.spikes<4x3, ternary> loc("a")
  %t = snn.transpose %s perm = [1, 0] : (!snn.spikes<4x3, ternary>) -> !snn.current<3x4>
  %p = snn.matmul %s, %t : (!snn.spikes<4x3, ternary>, !snn.current<3x4>) -> !snn.current<4x4>
  %n = snn.neuron relu(%p) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> : (!snn.current<4x4>) -> !snn.spikes<4x4, ternary> loc("b")
  %z = snn.reshape %n shape = [4, 4] : (!snn.spikes<4x4, ternary>) -> !snn.current<4x4>
  %y = snn.decode %z : !snn.current<4x4> -> tensor<?x4x4xf32>
  return %y : tensor<?x4x4xf32>
}
