// RUN: snn-opt %s --convert-snn-to-core="model=generic" | FileCheck %s
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=loihi" 2>&1 | FileCheck %s --check-prefix=FIXED

// Tests that a sum that is passed on rounded becomes a layer of its own.
// CHECK: core.layer @requantize from [@input] depth 1
// CHECK: %[[V:.+]] = snn.requantize
// CHECK: core.yield %[[V]] : !snn.current<2, fixed>
// CHECK: core.layer @output from [@requantize] depth 2
// CHECK: ^bb0(%{{.*}}: !snn.spikes<2, graded, fixed>):
// FIXED: layer 'requantize' does not run on 'loihi': a sum that is rounded needs a neuron that can be programmed
func.func @net(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [16448, 8224], offsets = [0, -1], shift = 10, fraction = 12, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %c = snn.requantize %in multipliers = dense<1> : tensor<1xi32> shift = 0 limit = 100 : (!snn.spikes<2, graded, fixed>) -> !snn.current<2, fixed>
  %y = snn.decode %c fixed <shift = 20, fraction = 12, multipliers = dense<5> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
