// RUN: snn-opt %s --split-input-file --verify-diagnostics

// FX-Q1
// expected-error@below {{rates have no integer form}}
func.func private @q1_rate_spikes(!snn.spikes<4, binary, fixed>)

// -----

// FX-Q1
func.func @q1_mixed_streams(%a: !snn.current<4, fixed>, %b: !snn.current<4>) {
  // expected-error@below {{mixes integer streams with real ones}}
  %c = snn.add %a, %b : (!snn.current<4, fixed>, !snn.current<4>) -> !snn.current<4, fixed>
  return
}

// -----

// FX-Q1
func.func @q1_real_weights(%a: !snn.current<4, fixed>) {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  // expected-error@below {{of integer streams needs integer weights, found 'f32'}}
  %c = snn.gemm %a, %w : (!snn.current<4, fixed>, tensor<4x2xf32>) -> !snn.current<2, fixed>
  return
}

// -----

// FX-Q1
func.func @q1_integer_weights(%a: !snn.current<4>) {
  %w = arith.constant dense<1> : tensor<4x2xi8>
  // expected-error@below {{of real streams needs real weights, found 'i8'}}
  %c = snn.gemm %a, %w : (!snn.current<4>, tensor<4x2xi8>) -> !snn.current<2>
  return
}

// -----

// FX-Q1
func.func @q1_wide_weights(%a: !snn.current<4, fixed>) {
  %w = arith.constant dense<1> : tensor<4xi32>
  // expected-error@below {{multiplies by weights of i2 to i16, found 'i32'}}
  %c = snn.scale %a, %w : (!snn.current<4, fixed>, tensor<4xi32>) -> !snn.current<4, fixed>
  return
}

// -----

// FX-Q1
func.func @q1_narrow_bias(%a: !snn.current<4, fixed>) {
  %w = arith.constant dense<1> : tensor<4xi8>
  // expected-error@below {{adds a bias of i32, found 'i8'}}
  %c = snn.bias %a, %w : (!snn.current<4, fixed>, tensor<4xi8>) -> !snn.current<4, fixed>
  return
}

// -----

func.func @shift_of_reals(%a: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4x2xf32>
  // expected-error@below {{shifts integer streams by 0 to 15, found 1}}
  %c = snn.gemm %a, %w shift = 1 : (!snn.current<4>, tensor<4x2xf32>) -> !snn.current<2>
  return
}

// -----

// FX-Q1
func.func @q1_no_numbers(%a: !snn.current<4, fixed>) {
  // expected-error@below {{of integer streams needs 'fixed'}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q2
// expected-error@below {{the steps reach 32768, which does not fit in 16 bits}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [32767, 1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q7
// expected-error@below {{a step size is 1 to 32767, found 0}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [0], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q5
// expected-error@below {{operand_fraction must be event_fraction and at most 14 bits more, found 7 for 8}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 7, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q9
// expected-error@below {{a shift is 0 to 62, found 63}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [63], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q6
// expected-error@below {{multipliers are positive, found 0}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<0> : tensor<1xi32>]>

// -----

// expected-error@below {{a state has 16 or 32 bits, found 8}}
#n = #snn.fixed_neuron<state = 8, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q7
func.func @q7_steps(%a: !snn.current<4, fixed>) {
  // expected-error@below {{has 1 integer steps, but its schedule has 2}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 2> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q2
func.func @q2_endless(%a: !snn.current<4, fixed>) {
  // expected-error@below {{in integers needs a schedule with an end; give it 'steps'}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1)> code <sign> fixed <state = 16, event_fraction = 8,
       operand_fraction = 9, steps = [1], zones = [], shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q8
func.func @q8_channels(%x: tensor<?x2x4xf32>) {
  // expected-error@below {{has 1 multipliers, but the input has 2 channels}}
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
       fraction = 8, event_fraction = 0, steps = []> : tensor<?x2x4xf32> -> !snn.spikes<2x4, graded, fixed>
  return
}

// -----

// FX-Q11
func.func @q11_real_offset(%a: !snn.current<4, fixed>) {
  // expected-error@below {{in integers has an 'offset' of i16, found 'f32'}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign> offset dense<0.5> : tensor<4xf32>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q11
func.func @q11_far_start(%a: !snn.current<4, fixed>) {
  // expected-error@below {{starts up to 32000 from 0 with an offset of up to 700 and reaches 100 from there, which does not fit in 16 bits}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       initial dense<-32000> : tensor<1xi16> offset dense<[1, 700, 3, 4]> : tensor<4xi16>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [100], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q12
func.func @q12_align(%a: !snn.current<4, fixed>) {
  // expected-error@below {{div takes an align of 0 to 46, found 47}}
  %s = snn.neuron div(%a, %a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3, 3],
       multipliers = [dense<1> : tensor<1xi32>, dense<1> : tensor<1xi32>], align = 47>
       : (!snn.current<4, fixed>, !snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q12
func.func @q12_wide_square(%a: !snn.current<4, fixed>) {
  // expected-error@below {{compares an output of up to 131073 by its square; at most 131072 is possible, with fewer bits of operand_fraction}}
  %s = snn.neuron norm(%a, %a) params [1.0e-05] schedule <dyadic(0.5, 1), steps = 1> code <ternary, 0.5>
       fixed <state = 16, event_fraction = 8, operand_fraction = 10, steps = [32767], zones = [5],
       shifts = [3, 3], multipliers = [dense<1> : tensor<1xi32>, dense<1> : tensor<1xi32>], align = 1>
       : (!snn.current<4, fixed>, !snn.current<4, fixed>) -> !snn.spikes<4, ternary, fixed>
  return
}

// -----

// FX-Q12
func.func @q12_epsilon(%a: !snn.current<4, fixed>) {
  // expected-error@below {{relu takes no epsilon}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>], epsilon = 1>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// expected-error@below {{epsilon is 0 to 32767, found 32768}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], epsilon = 32768>
