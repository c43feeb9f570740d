// RUN: snn-opt %s --split-input-file --verify-diagnostics

// expected-error@below {{the dead zone must be a number of step sizes, at least 0, found -1}}
#c = #snn.code<ternary, 0.5, early = [0.5, -1.0]>

// -----

// expected-error@below {{the sign code has no dead zone; use ternary}}
#c = #snn.code<sign, 0.0, early = [0.5]>

// -----

// expected-error@below {{early dead zones must be one or more, or left out}}
#c = #snn.code<ternary, 0.5, early = []>

// -----

// expected-error@below {{expected 'early'}}
#c = #snn.code<ternary, 0.5, late = [0.5]>

// -----

func.func @neuron_initial_shape(%c: !snn.current<2x4>) {
  // expected-error@below {{initial must have the population's shape, with 1 where it is the same along a dimension}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> initial dense<1.0> : tensor<3x1xf64> : (!snn.current<2x4>) -> !snn.spikes<2x4, sign>
  return
}

// -----

func.func @neuron_offset_finite(%c: !snn.current<2>) {
  // expected-error@below {{offset must be finite, found}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> offset dense<0x7FF8000000000000> : tensor<1xf64> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}
