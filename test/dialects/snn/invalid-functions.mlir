// RUN: snn-opt %s -split-input-file -verify-diagnostics

func.func @unknown(%c: !snn.current<2>) {
  // expected-error@below {{'swish' is not one of the functions relu, max, min, leaky_relu, gelu, gelu_sigmoid, silu, hard_swish, hard_sigmoid, sigmoid, tanh, elu, softplus, clip, exp, sqrt, square, abs, reciprocal, mul, div, norm, norm_unclamped, erf, mish, softsign, log, sin, cos, sign, floor, ceil, round, thresholded_relu, shrink}}
  %0 = snn.neuron swish(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

func.func @two_currents(%a: !snn.current<2>, %b: !snn.current<2>) {
  // expected-error@below {{gelu takes 1 current, found 2}}
  %0 = snn.neuron gelu(%a, %b) schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N4
func.func @missing_parameter(%c: !snn.current<2>) {
  // expected-error@below {{leaky_relu takes 1 parameter, found 0}}
  %0 = snn.neuron leaky_relu(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N4
func.func @needless_parameter(%c: !snn.current<2>) {
  // expected-error@below {{relu takes 0 parameters, found 1}}
  %0 = snn.neuron relu(%c) params [1.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

func.func @finite(%c: !snn.current<2>) {
  // expected-error@below {{elu takes a parameter 'alpha' that is finite, found inf}}
  %0 = snn.neuron elu(%c) params [0x7FF0000000000000] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N4
func.func @not_negative(%a: !snn.current<2>, %b: !snn.current<2>) {
  // expected-error@below {{norm takes a parameter 'epsilon' that is finite and at least 0, found -1e-05}}
  %0 = snn.neuron norm(%a, %b) params [-1.0e-5] schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N4
func.func @ordered(%c: !snn.current<2>) {
  // expected-error@below {{clip takes a parameter 'max' that is not below the first, found -1}}
  %0 = snn.neuron clip(%c) params [0.0, -1.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}
