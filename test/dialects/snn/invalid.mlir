// RUN: snn-opt %s --split-input-file --verify-diagnostics

// SNN-S1
// expected-error@below {{dimensions of a stream are positive, found 0}}
func.func private @stream_shape(!snn.spikes<4x0, sign>)

// -----

// SNN-H2
// expected-error@below {{the ratio of an exponential schedule must be at least 0.5 and below 1, found 0.4}}
#s = #snn.schedule<exponential(0.1, 0.4)>

// -----

// SNN-H3
// expected-error@below {{the first step size of a dyadic schedule must be a power of two, found 0.3}}
#s = #snn.schedule<dyadic(0.3, 1)>

// -----

// SNN-H1
// expected-error@below {{the first step size must be positive, found -1}}
#s = #snn.schedule<constant(-1.0)>

// -----

// SNN-H4
// expected-error@below {{a dyadic schedule repeats each step size at least once, found 0}}
#s = #snn.schedule<dyadic(0.5, 0)>

// -----

// SNN-H4
// expected-error@below {{the start must be a time step, at least 0, found -1}}
#s = #snn.schedule<constant(0.5), start = -1>

// -----

// SNN-H4
// expected-error@below {{the number of steps must be at least 1, found 0}}
#s = #snn.schedule<constant(0.5), steps = 0>

// -----

// expected-error@below {{'linear' is not one of exponential, inverse, constant, dyadic}}
#s = #snn.schedule<linear(0.5)>

// -----

// expected-error@below {{'end' is not one of start, steps}}
#s = #snn.schedule<constant(0.5), end = 1>

// -----

// expected-error@below {{a neuron's code is sign or ternary, found graded}}
#c = #snn.code<graded>

// -----

// SNN-N5
// expected-error@below {{the dead zone must be a number of step sizes, at least 0, found -1}}
#c = #snn.code<ternary, -1.0>

// -----

// SNN-N5
// expected-error@below {{the sign code has no dead zone; use ternary}}
#c = #snn.code<sign, 0.5>

// -----

func.func @encode_code(%x: tensor<?x2xf32>) {
  // expected-error@below {{with code direct sends graded spikes, not sign}}
  %0 = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-E1
func.func @encode_shape(%x: tensor<?x2xf32>) {
  // expected-error@below {{must send spikes of the input's shape without its batch dimension}}
  %0 = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<3, graded>
  return
}

// -----

// SNN-E2
func.func @encode_needs_schedule(%x: tensor<?x2xf32>) {
  // expected-error@below {{with code float needs a schedule}}
  %0 = snn.encode %x float : tensor<?x2xf32> -> !snn.spikes<2, graded>
  return
}

// -----

// SNN-E2
func.func @encode_takes_no_schedule(%x: tensor<?x2xf32>) {
  // expected-error@below {{with code direct takes no schedule}}
  %0 = snn.encode %x direct schedule <constant(0.1)> : tensor<?x2xf32> -> !snn.spikes<2, graded>
  return
}

// -----

func.func @encode_mean(%x: tensor<?x2xf32>) {
  // expected-error@below {{mean has 1 numbers, but the input has 2 channels}}
  %0 = snn.encode %x direct mean [0.5] : tensor<?x2xf32> -> !snn.spikes<2, graded>
  return
}

// -----

func.func @encode_std(%x: tensor<?x2xf32>) {
  // expected-error@below {{std must be positive, found 0}}
  %0 = snn.encode %x direct std [1.0, 0.0] : tensor<?x2xf32> -> !snn.spikes<2, graded>
  return
}

// -----

// SNN-D2
func.func @decode_schedule(%c: !snn.current<2>) {
  // expected-error@below {{of changes sums them and takes no schedule}}
  %0 = snn.decode %c schedule <inverse(1.0)> : !snn.current<2> -> tensor<?x2xf32>
  return
}

// -----

// SNN-D2
func.func @decode_rates(%c: !snn.current<2, rate>) {
  // expected-error@below {{of rates needs a schedule to average with}}
  %0 = snn.decode %c : !snn.current<2, rate> -> tensor<?x2xf32>
  return
}

// -----

// SNN-D1
func.func @decode_shape(%c: !snn.current<2>) {
  // expected-error@below {{must give a tensor of the current's shape behind a batch dimension}}
  %0 = snn.decode %c : !snn.current<2> -> tensor<?x3xf32>
  return
}

// -----

// SNN-N1
func.func @neuron_arity(%c: !snn.current<2>) {
  // expected-error@below {{max takes 2 currents, found 1}}
  %0 = snn.neuron max(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N1
func.func @neuron_rates(%c: !snn.current<2, rate>) {
  // expected-error@below {{follows changes; rates are for 'snn.if'}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2, rate>) -> !snn.spikes<2, sign>
  return
}

// -----

// SNN-N1
func.func @neuron_shape(%c: !snn.current<2>) {
  // expected-error@below {{must have currents and spikes of one shape}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<3, sign>
  return
}

// -----

// SNN-N2
func.func @neuron_code(%c: !snn.current<2>) {
  // expected-error@below {{with code sign sends sign spikes, not ternary}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  return
}

// -----

// SNN-N3
func.func @neuron_range_shape(%c: !snn.current<2x4>) {
  // expected-error@below {{range must have the population's shape, with 1 where it is the same along a dimension}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> range dense<1.0> : tensor<3x1xf64> : (!snn.current<2x4>) -> !snn.spikes<2x4, sign>
  return
}

// -----

// SNN-N3
func.func @neuron_range_sign(%c: !snn.current<2>) {
  // expected-error@below {{range must be positive, found -1}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> range dense<-1.0> : tensor<1xf64> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

func.func @neuron_range_type(%c: !snn.current<2>) {
  // expected-error@below {{range must be f32 or f64 numbers}}
  %0 = snn.neuron relu(%c) schedule <constant(0.1)> code <sign> range dense<1> : tensor<1xi32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// -----

func.func @if_changes(%c: !snn.current<2>) {
  // expected-error@below {{averages rates; changes are for 'snn.neuron'}}
  %0 = snn.if %c schedule <inverse(1.0)> : !snn.current<2> -> !snn.spikes<2, binary>
  return
}

// -----

func.func @if_code(%c: !snn.current<2, rate>) {
  // expected-error@below {{sends binary spikes, not sign}}
  %0 = snn.if %c schedule <inverse(1.0)> : !snn.current<2, rate> -> !snn.spikes<2, sign>
  return
}

// -----

func.func @if_shape(%c: !snn.current<2, rate>) {
  // expected-error@below {{must have a current and spikes of one shape}}
  %0 = snn.if %c schedule <inverse(1.0)> : !snn.current<2, rate> -> !snn.spikes<3, binary>
  return
}
