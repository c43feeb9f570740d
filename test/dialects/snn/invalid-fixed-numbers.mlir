// RUN: snn-opt %s --split-input-file --verify-diagnostics

// expected-error@below {{multipliers are tensors of i32}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi16>]>

// -----

// expected-error@below {{multipliers are tensors of i32}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [3 : i32]>

// -----

// FX-Q6
// expected-error@below {{needs a shift for each tensor of multipliers}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3, 4], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q10
// expected-error@below {{a table has 257 values, found 2}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], table = [0, 1]>

// -----

// FX-Q10
// expected-error@below {{gains are for the values of a table}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], gains = dense<5> : tensor<1xi32>, gain_shift = 2>

// -----

// FX-Q10
// expected-error@below {{a table's values have 16 bits, found 40000}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>],
     table = [40000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
       0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>

// -----

// FX-Q7
// expected-error@below {{needs a zone for each step, found 2 for 1}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [1, 2],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q7
// expected-error@below {{a zone is a 31-bit number, found -1}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [-1],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>]>

// -----

// FX-Q8
// expected-error@below {{needs as many multipliers as offsets, one per channel}}
#i = #snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0, 0], shift = 0,
     fraction = 8, event_fraction = 0, steps = []>

// -----

// expected-error@below {{multipliers are positive 32-bit integers, found 0}}
#i = #snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [0], offsets = [0], shift = 0,
     fraction = 8, event_fraction = 0, steps = []>

// -----

// expected-error@below {{offsets are 32-bit integers, found 4294967296}}
#i = #snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [1], offsets = [4294967296], shift = 0,
     fraction = 8, event_fraction = 0, steps = []>

// -----

// FX-Q5
// expected-error@below {{fraction is at most 14 bits more than event_fraction}}
#i = #snn.fixed_input<raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
     fraction = 20, event_fraction = 0, steps = [1]>

// -----

func.func @shape(%a: !snn.current<4, fixed>) {
  // expected-error@below {{has multipliers of shape 3, which do not apply to a stream of shape 4}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<3xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q6
func.func @operands(%a: !snn.current<4, fixed>) {
  // expected-error@below {{needs multipliers for each of its 1 operands, found 2}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3, 3],
       multipliers = [dense<1> : tensor<1xi32>, dense<1> : tensor<1xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q10
func.func @table(%a: !snn.current<4, fixed>) {
  // expected-error@below {{relu takes no table}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>],
       table = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
         0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q7
func.func @zones(%a: !snn.current<4, fixed>) {
  // expected-error@below {{with the ternary code needs zones}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <ternary, 0.5>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, ternary, fixed>
  return
}

// -----

func.func @range(%a: !snn.current<4, fixed>) {
  // expected-error@below {{in integers has its range inside the multipliers}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign> range dense<2.0> : tensor<1xf32>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

func.func @mean(%x: tensor<?x1x4xf32>) {
  // expected-error@below {{in integers has mean and std inside its multipliers and offsets}}
  %in = snn.encode %x direct mean [0.5] fixed <raw = u8, raw_fraction = 0,
       multipliers = [1], offsets = [0], shift = 0, fraction = 8, event_fraction = 0,
       steps = []> : tensor<?x1x4xf32> -> !snn.spikes<1x4, graded, fixed>
  return
}

// -----

func.func @no_schedule(%x: tensor<?x1x4xf32>) {
  // expected-error@below {{without a schedule takes no steps}}
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
       fraction = 8, event_fraction = 0, steps = [1]> : tensor<?x1x4xf32> -> !snn.spikes<1x4, graded, fixed>
  return
}

// -----

func.func @unclamped(%a: !snn.current<4, fixed>) {
  // expected-error@below {{norm_unclamped has no integer form}}
  %s = snn.neuron norm_unclamped(%a, %a) params [1.0e-5] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3, 3],
       multipliers = [dense<1> : tensor<1xi32>, dense<1> : tensor<1xi32>]>
       : (!snn.current<4, fixed>, !snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q15
// expected-error@below {{bounds are two tensors of i16 of one shape}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], lower = dense<0> : tensor<1xi16>>

// -----

// FX-Q15
// expected-error@below {{bounds are two tensors of i16 of one shape}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], lower = dense<0> : tensor<1xi16>, upper = dense<5> : tensor<1xi32>>

// -----

// FX-Q15
// expected-error@below {{bounds are two tensors of i16 of one shape}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], lower = dense<0> : tensor<1xi16>, upper = dense<5> : tensor<2xi16>>

// -----

// FX-Q15
// expected-error@below {{a lower bound is at most the upper one, found 6 and 5}}
#n = #snn.fixed_neuron<state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [],
     shifts = [3], multipliers = [dense<1> : tensor<1xi32>], lower = dense<[4, 6]> : tensor<2xi16>, upper = dense<5> : tensor<2xi16>>

// -----

// FX-Q15
func.func @no_bounds(%a: !snn.current<4, fixed>) {
  // expected-error@below {{clip needs bounds, or else a table}}
  %s = snn.neuron clip(%a) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q15
func.func @bounds_of_relu(%a: !snn.current<4, fixed>) {
  // expected-error@below {{relu takes no bounds}}
  %s = snn.neuron relu(%a) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>],
       lower = dense<0> : tensor<1xi16>, upper = dense<5> : tensor<1xi16>>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q15
func.func @shape_of_bounds(%a: !snn.current<4, fixed>) {
  // expected-error@below {{has bounds of shape 3, which do not apply to a stream of shape 4}}
  %s = snn.neuron clip(%a) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>],
       lower = dense<0> : tensor<3xi16>, upper = dense<5> : tensor<3xi16>>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}

// -----

// FX-Q15
func.func @bounds_and_table(%a: !snn.current<4, fixed>) {
  // expected-error@below {{clip needs bounds, or else a table}}
  %s = snn.neuron clip(%a) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>],
       lower = dense<0> : tensor<1xi16>, upper = dense<5> : tensor<1xi16>,
       table = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return
}
