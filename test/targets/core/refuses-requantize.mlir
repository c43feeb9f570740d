// RUN: snn-opt %s --convert-snn-to-core="model=generic" --verify-diagnostics

func.func @main(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0, fraction = 8, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %c = snn.requantize %in multipliers = dense<1> : tensor<1xi32> shift = 0 limit = 100 : (!snn.spikes<2, graded, fixed>) -> !snn.current<2, fixed>
  // expected-error@below {{layer 'output' does not run on 'generic': 'snn.requantize' rounds a sum between two synapses, which core programs have no layer for}}
  %y = snn.decode %c fixed <shift = 0, fraction = 8, multipliers = dense<1> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
