// RUN: snn-opt %s --split-input-file --verify-diagnostics

// FX-Q13
func.func @q13_real(%a: !snn.current<4>) {
  // expected-error@below {{is for integer streams}}
  %c = snn.requantize %a multipliers = dense<1> : tensor<1xi32> shift = 0 limit = 1 : (!snn.current<4>) -> !snn.current<4>
  return
}

// -----

// FX-Q13
func.func @q13_limit(%a: !snn.current<4, fixed>) {
  // expected-error@below {{has a limit of 1 to 1073741824, found 0}}
  %c = snn.requantize %a multipliers = dense<1> : tensor<1xi32> shift = 0 limit = 0 : (!snn.current<4, fixed>) -> !snn.current<4, fixed>
  return
}

// -----

// FX-Q13
func.func @q13_shift(%a: !snn.current<4, fixed>) {
  // expected-error@below {{a shift is 0 to 62, found 63}}
  %c = snn.requantize %a multipliers = dense<1> : tensor<1xi32> shift = 63 limit = 1 : (!snn.current<4, fixed>) -> !snn.current<4, fixed>
  return
}

// -----

// FX-Q13
func.func @q13_multipliers(%a: !snn.current<4, fixed>) {
  // expected-error@below {{has multipliers of shape 3, which do not apply to a stream of shape 4}}
  %c = snn.requantize %a multipliers = dense<1> : tensor<3xi32> shift = 1 limit = 1 : (!snn.current<4, fixed>) -> !snn.current<4, fixed>
  return
}
