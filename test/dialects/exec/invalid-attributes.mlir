// RUN: snn-opt %s --split-input-file --verify-diagnostics
// The exec dialect has no attributes on other operations.

// expected-error@below {{'exec.bogus' is no attribute of the 'exec' dialect}}
func.func @on_function(%x: tensor<?x2xf32>) attributes {exec.bogus} {
  return
}

// -----

// expected-error@below {{'exec.bogus' is no attribute of the 'exec' dialect}}
func.func @on_argument(%x: tensor<?x2xf32> {exec.bogus}) {
  return
}

// -----

// expected-error@below {{'exec.bogus' is no attribute of the 'exec' dialect}}
func.func private @on_result(tensor<?x2xf32>) -> (tensor<?x2xf32> {exec.bogus})
