// RUN: snn-opt %s --split-input-file --verify-diagnostics
// Attributes that the snn dialect does not have, or that are not what they must be (docs/spec/attributes.md).

// expected-error@below {{'snn.bogus' is no attribute of the 'snn' dialect}}
func.func @unknown_on_function(%x: tensor<?x2xf32>) attributes {snn.bogus} {
  return
}

// -----

// expected-error@below {{'snn.bogus' is no attribute of the 'snn' dialect}}
func.func @unknown_on_argument(%x: tensor<?x2xf32> {snn.bogus = 1 : i64}) {
  return
}

// -----

func.func @unknown(%a: !snn.current<4>) {
  // expected-error@below {{'snn.bogus' is no attribute of the 'snn' dialect}}
  %0 = snn.add %a, %a {snn.bogus} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

// expected-error@below {{'snn.coarser' belongs on an operation}}
func.func @place(%x: tensor<?x2xf32> {snn.coarser = 1 : i64}) {
  return
}

// -----

func.func @coarser(%a: !snn.current<4>) {
  // expected-error@below {{'snn.coarser' must be an i64 of at least 0 on a synapse}}
  %0 = snn.add %a, %a {snn.coarser = -1 : i64} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @lost(%a: !snn.current<4>) {
  // expected-error@below {{'snn.lost' must be an i64 of at least 0 on a synapse}}
  %0 = snn.add %a, %a {snn.lost = 1 : i32} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @common(%a: !snn.current<4>) {
  // expected-error@below {{'snn.common' must be true or false on an 'snn.scale'}}
  %0 = snn.add %a, %a {snn.common = true} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @bits(%a: !snn.current<4>) {
  // expected-error@below {{'snn.bits' must be an i64 of 1 to 32 on an 'snn.requantize'}}
  %0 = snn.add %a, %a {snn.bits = 8 : i64} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @shared_by(%a: !snn.current<4>) {
  // expected-error@below {{'snn.shared_by' must be an i64 of 0 to 3 on an 'snn.requantize'}}
  %0 = snn.add %a, %a {snn.shared_by = 0 : i64} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @quantization(%c: !snn.current<4>) {
  // expected-error@below {{'snn.quantization' must be a dictionary on an 'snn.neuron'}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.quantization = 8 : i64} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_place(%a: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand of an 'snn.neuron', or two on an 'snn.encode'}}
  %0 = snn.add %a, %a {snn.observed = []} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @observed_operands(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = []} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_exponent(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: 1, 1>, exponent = 23 : i64, max = 1.0 : f64, min = 0.0 : f64, seen = 2 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_sign(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: 1>, exponent = 0 : i64, max = 1.0 : f64, min = 0.5 : f64, seen = 1 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_counts(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: -1>, exponent = 0 : i64, max = 1.0 : f64, min = 0.0 : f64, seen = 1 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_state(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 24 : i64, steps = array<i64: 2, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_steps(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 2, 0>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_reach(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 32767, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_length(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 2, 1, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_operands(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10, 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 2, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_align(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 1 : i64, epsilon = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 2, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_missing(%c: !snn.current<4>) {
  // expected-error@below {{'snn.format' must be the integers of this 'snn.encode', 'snn.neuron' or synapse}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> {snn.format = {align = 0 : i64, event_fraction = 2 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 2>, state = 16 : i64, steps = array<i64: 2, 1>}} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @format_shape(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.add %a, %a {snn.format = {lsb = dense<1.0> : tensor<3xf64>}} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @format_zero(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.add %a, %a {snn.format = {lsb = dense<[1.0, 1.0, 1.0, 0.0]> : tensor<4xf64>}} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @format_element(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.add %a, %a {snn.format = {lsb = dense<1.0> : tensor<4xf32>}} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @format_others(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.add %a, %a {snn.format = {lsb = dense<1.0> : tensor<4xf64>, bits = 8 : i64}} : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @format_bits(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.gemm %a, %w {snn.format = {lsb = dense<1.0> : tensor<4xf64>, bits = 6 : i64, shift = 0 : i64}} : (!snn.current<4>, tensor<4x4xf32>) -> !snn.current<4>
  return
}

// -----

func.func @format_shift(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x4xf32>
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.gemm %a, %w {snn.format = {lsb = dense<1.0> : tensor<4xf64>, bits = 8 : i64, shift = 16 : i64}} : (!snn.current<4>, tensor<4x4xf32>) -> !snn.current<4>
  return
}

// -----

func.func @format_input(%x: tensor<?x2xf32>) {
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.encode %x direct {snn.format = {fixed = #snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0, fraction = 0, event_fraction = 0, steps = []>}} : tensor<?x2xf32> -> !snn.spikes<2, graded>
  return
}

// -----

func.func @format_place(%c: !snn.current<2>) {
  // expected-error@below {{'snn.format' must be the integers of this}}
  %0 = snn.decode %c {snn.format = {lsb = dense<1.0> : tensor<2xf64>}} : !snn.current<2> -> tensor<?x2xf32>
  return
}

// -----

func.func @magnitudes_shape(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.magnitudes' must be a finite f64 of at least 0 for each element}}
  %0 = snn.add %a, %a {snn.magnitudes = dense<1.0> : tensor<1xf64>} : (!snn.current<2>, !snn.current<2>) -> !snn.current<2>
  return
}

// -----

func.func @magnitudes_sign(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.magnitudes' must be a finite f64 of at least 0 for each element}}
  %0 = snn.add %a, %a {snn.magnitudes = dense<-1.0> : tensor<2xf64>} : (!snn.current<2>, !snn.current<2>) -> !snn.current<2>
  return
}

// -----

func.func @magnitudes_place(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.magnitudes' must be a finite f64 of at least 0 for each element}}
  %0 = snn.decode %a {snn.magnitudes = dense<1.0> : tensor<2xf64>} : !snn.current<2> -> tensor<?x2xf32>
  return
}

// -----

func.func @moments_headroom(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.moments' must be headroom, means and factors}}
  %0 = snn.gemm %a, %w {snn.moments = {factors = dense<1.0> : tensor<1x3xf64>, headroom = 0.5 : f64, means = dense<1.0> : tensor<1x2xf64>}} : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @moments_means(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.moments' must be headroom, means and factors}}
  %0 = snn.gemm %a, %w {snn.moments = {factors = dense<1.0> : tensor<1x3xf64>, headroom = 1.0 : f64, means = dense<1.0> : tensor<2x2xf64>}} : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @moments_factors(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.moments' must be headroom, means and factors}}
  %0 = snn.gemm %a, %w {snn.moments = {factors = dense<1.0> : tensor<1x4xf64>, headroom = 1.0 : f64, means = dense<1.0> : tensor<1x2xf64>}} : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @moments_diagonal(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.moments' must be headroom, means and factors}}
  %0 = snn.gemm %a, %w {snn.moments = {factors = dense<[[1.0, 1.0, 0.0]]> : tensor<1x3xf64>, headroom = 1.0 : f64, means = dense<1.0> : tensor<1x2xf64>}} : (!snn.current<2>, tensor<2x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @moments_place(%a: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<2x2xf32>
  // expected-error@below {{'snn.moments' must be headroom, means and factors}}
  %0 = snn.add %a, %a {snn.moments = {factors = dense<1.0> : tensor<1x3xf64>, headroom = 1.0 : f64, means = dense<1.0> : tensor<1x2xf64>}} : (!snn.current<2>, !snn.current<2>) -> !snn.current<2>
  return
}
