// RUN: snn-opt %s --split-input-file --verify-diagnostics
// Attributes of the ann dialect that it does not have, in places where they do not belong, and with values that they cannot have.

func.func @unknown(%x: tensor<?x2xf32>) {
  // expected-error@below {{'ann.bogus' is no attribute of the 'ann' dialect}}
  %0 = ann.relu %x {ann.bogus} : tensor<?x2xf32>
  return
}

// -----

// expected-error@below {{'ann.bogus' is no attribute of the 'ann' dialect}}
func.func @unknown_on_function(%x: tensor<?x2xf32>) attributes {ann.bogus} {
  return
}

// -----

// expected-error@below {{'ann.bogus' is no attribute of the 'ann' dialect}}
func.func @unknown_on_argument(%x: tensor<?x2xf32> {ann.bogus}) {
  return
}

// -----

// expected-error@below {{'ann.bogus' is no attribute of the 'ann' dialect}}
func.func private @unknown_on_result(tensor<?x2xf32>) -> (tensor<?x2xf32> {ann.bogus})

// -----

// expected-error@below {{'ann.name' belongs on an argument or a result of a function}}
func.func @name_of_a_function(%x: tensor<?x2xf32>) attributes {ann.name = "f"} {
  return
}

// -----

// expected-error@below {{'ann.range' belongs on an operation}}
func.func @range_of_an_argument(%x: tensor<?x2xf32> {ann.range = #ann.range<dense<0.0> : tensor<f64>, dense<1.0> : tensor<f64>>}) {
  return
}

// -----

// expected-error@below {{'ann.mean' belongs on an argument of a function}}
func.func private @mean_of_a_result(tensor<?x2xf32>) -> (tensor<?x2xf32> {ann.mean = array<f64: 0.0>})

// -----

// expected-error@below {{'ann.name' must be a string}}
func.func @name(%x: tensor<?x2xf32> {ann.name = 1 : i64}) {
  return
}

// -----

// expected-error@below {{'ann.bytes' must be a unit attribute}}
func.func @bytes(%x: tensor<?x2xf32> {ann.bytes = true}) {
  return
}

// -----

// expected-error@below {{'ann.mean' must be finite numbers, array<f64: ...>}}
func.func @mean(%x: tensor<?x2xf32> {ann.mean = [0.5, 0.5]}) {
  return
}

// -----

// expected-error@below {{'ann.std' must be finite positive numbers, array<f64: ...>}}
func.func @std(%x: tensor<?x2xf32> {ann.std = array<f64: 1.0, 0.0>}) {
  return
}

// -----

// expected-error@below {{'ann.parts' must be inputs {name, shape} whose elements fill a flat argument (batch x elements)}}
func.func @parts(%x: tensor<?x5xf32> {ann.parts = [{name = "a", shape = array<i64: 2, 2>}]}) {
  return
}

// -----

// expected-error@below {{'ann.parts' must be inputs}}
func.func @parts_without_names(%x: tensor<?x4xf32> {ann.parts = [{shape = array<i64: 2, 2>}]}) {
  return
}

// -----

// expected-error@below {{'ann.source' must be a string on a module}}
func.func @source(%x: tensor<?x2xf32>) attributes {ann.source = "net.onnx"} {
  return
}
