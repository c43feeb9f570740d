// RUN: snn-opt %s --split-input-file --verify-diagnostics

// expected-error@below {{the dead zone must be a number of step sizes, at least 0, found -1}}
#c = #snn.code<ternary, 0.5, early = [0.5, -1.0]>

// -----

// expected-error@below {{the sign code has no dead zone; use ternary}}
#c = #snn.code<sign, 0.0, early = [0.5]>

// -----

// SNN-N5
// expected-error@below {{early dead zones must be one or more, or left out}}
#c = #snn.code<ternary, 0.5, early = []>

// -----

// expected-error@below {{expected 'early'}}
#c = #snn.code<ternary, 0.5, late = [0.5]>

// -----

// SNN-N3
func.func @neuron_initial_shape(%c: !snn.current<2x4>) {
  // expected-error@below {{initial must have the population's shape, with 1 where it is the same along a dimension}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> initial dense<1.0> : tensor<3x1xf64> : (!snn.current<2x4>) -> !snn.spikes<2x4, sign>
  return
}

// -----

// SNN-N3
func.func @neuron_offset_finite(%c: !snn.current<2>) {
  // expected-error@below {{offset must be finite, found}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> offset dense<0x7FF8000000000000> : tensor<1xf64> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N6
func.func @hysteresis_negative(%c: !snn.current<2>) {
  // expected-error@below {{has a hysteresis that is finite and at least 0, found -1}}
  %0 = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> hysteresis -1.0 : (!snn.current<2>) -> !snn.spikes<2, ternary>
  return
}

// -----

func.func @hysteresis_of_signs(%c: !snn.current<2>) {
  // expected-error@below {{with the sign code takes no hysteresis: it is a dead zone}}
  %0 = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> hysteresis 2.0 : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

func.func @hysteresis_without_end(%c: !snn.current<2>) {
  // expected-error@below {{counts its hysteresis in last steps, but its schedule has no last one}}
  %0 = snn.neuron relu(%c) schedule <dyadic(0.5, 1)> code <ternary, 0.5> hysteresis 2.0 : (!snn.current<2>) -> !snn.spikes<2, ternary>
  return
}

// -----

func.func @hysteresis_of_integer_norm(%a: !snn.current<4, fixed>) {
  // expected-error@below {{of a norm in integers takes no hysteresis}}
  %s = snn.neuron norm(%a, %a) params [1.0e-05] schedule <dyadic(0.5, 1), steps = 1> code <ternary, 0.5> hysteresis 2.0 fixed <state = 32, event_fraction = 8, operand_fraction = 10, steps = [4], zones = [5], shifts = [3, 3], multipliers = [dense<1> : tensor<1xi32>, dense<1> : tensor<1xi32>], align = 1> : (!snn.current<4, fixed>, !snn.current<4, fixed>) -> !snn.spikes<4, ternary, fixed>
  return
}
