// RUN: snn-opt %s -split-input-file -verify-diagnostics

func.func @inner(%a: !snn.current<4x3>, %b: !snn.current<4x3>) {
  // expected-error@below {{'snn.matmul' op streams must be ...xNxK and ...xKxM with the same leading dimensions, found 4x3 and 4x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.matmul"(%a, %b) : (!snn.current<4x3>, !snn.current<4x3>) -> !snn.current<4x3>
  return
}

// -----

func.func @leading(%a: !snn.current<2x4x3>, %b: !snn.current<1x3x4>) {
  // expected-error@below {{with the same leading dimensions, found 2x4x3 and 1x3x4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.matmul"(%a, %b) : (!snn.current<2x4x3>, !snn.current<1x3x4>) -> !snn.current<2x4x4>
  return
}

// -----

func.func @rank(%a: !snn.current<4>, %b: !snn.current<4>) {
  // expected-error@below {{with the same leading dimensions, found 4 and 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.matmul"(%a, %b) : (!snn.current<4>, !snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @shapes(%a: !snn.current<4>, %b: !snn.current<1>) {
  // expected-error@below {{'snn.mul' op streams must have one shape, found 4 and 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.mul"(%a, %b) : (!snn.current<4>, !snn.current<1>) -> !snn.current<4>
  return
}

// -----

// SNN-B1
func.func @rates(%a: !snn.current<4, rate>) {
  // expected-error@below {{multiplies the estimates that changes add up to; rates have none}}
  %0 = snn.mul %a, %a : (!snn.current<4, rate>, !snn.current<4, rate>) -> !snn.current<4, rate>
  return
}

// -----

func.func @axis(%a: !snn.current<4>) {
  // expected-error@below {{axis 1 is not a dimension of the stream}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.gather"(%a) {axis = 1 : i64, indices = array<i64: 0>} : (!snn.current<4>) -> !snn.current<1>
  return
}

// -----

func.func @no_index(%a: !snn.current<4>) {
  // expected-error@below {{needs at least one index}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.gather"(%a) {axis = 0 : i64, indices = array<i64>} : (!snn.current<4>) -> !snn.current<1>
  return
}

// -----

func.func @index(%a: !snn.current<4>) {
  // expected-error@below {{index 4 is outside of dimension 0 of size 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = "snn.gather"(%a) {axis = 0 : i64, indices = array<i64: 4>} : (!snn.current<4>) -> !snn.current<1>
  return
}
