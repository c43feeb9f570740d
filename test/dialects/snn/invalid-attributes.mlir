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
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: 1, 1>, exponent = 23 : i64, least = 0.0 : f64, most = 1.0 : f64, seen = 2 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_sign(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: 1>, exponent = 0 : i64, least = 0.5 : f64, most = 1.0 : f64, seen = 1 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}

// -----

func.func @observed_counts(%c: !snn.current<4>) {
  // expected-error@below {{'snn.observed' must be a range for each operand}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> {snn.observed = [{counts = array<i64: -1>, exponent = 0 : i64, least = 0.0 : f64, most = 1.0 : f64, seen = 1 : i64}]} : (!snn.current<4>) -> !snn.spikes<4, sign>
  return
}
