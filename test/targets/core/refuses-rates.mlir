// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=truenorth" 2>&1 | FileCheck %s

// Tests that the averaging neuron is refused: it fires where (sum of currents) / (t + 2) > spikes / (t + 1),
// a threshold that moves with its own rate.
// CHECK: layer 'if' does not run on 'truenorth': the threshold of an averaging neuron is its own firing rate, which changes in every step; its neurons have a constant threshold
func.func @rates(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %w = arith.constant dense<0.5> : tensor<3x3xf32>
  %in = snn.encode %x analog : tensor<?x3xf32> -> !snn.spikes<3, analog>
  %c = snn.gemm %in, %w : (!snn.spikes<3, analog>, tensor<3x3xf32>) -> !snn.current<3, rate>
  %s = snn.if %c schedule <inverse(1.0)> : !snn.current<3, rate> -> !snn.spikes<3, binary>
  %d = snn.gemm %s, %w : (!snn.spikes<3, binary>, tensor<3x3xf32>) -> !snn.current<3, rate>
  %y = snn.decode %d schedule <inverse(1.0)> : !snn.current<3, rate> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
