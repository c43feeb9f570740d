// RUN: snn-opt %s --split-input-file --verify-diagnostics
// The core dialect has no attributes on other operations.

// expected-error@below {{'core.bogus' is no attribute of the 'core' dialect}}
func.func @on_function(%x: tensor<?x2xf32>) attributes {core.bogus} {
  return
}

// -----

// expected-error@below {{'core.bogus' is no attribute of the 'core' dialect}}
func.func @on_argument(%x: tensor<?x2xf32> {core.bogus}) {
  return
}

// -----

// expected-error@below {{'core.bogus' is no attribute of the 'core' dialect}}
func.func private @on_result(tensor<?x2xf32>) -> (tensor<?x2xf32> {core.bogus})
