// RUN: snn-opt %s --split-input-file --verify-diagnostics | FileCheck %s

// Tests that multipliers may stand at the end of the file, where large tensors are printed, and are checked once they
// have been read.
// CHECK-LABEL: func.func @resource
// CHECK: multipliers = [dense_resource<m> : tensor<4xi32>]
func.func @resource(%c: !snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed> {
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense_resource<m> : tensor<4xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return %s : !snn.spikes<4, sign, fixed>
}
{-#
  dialect_resources: { builtin: { m: "0x0400000001000000020000000300000004000000" } }
#-}

// -----

func.func @zero(%c: !snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed> {
  // expected-error@below {{multipliers are positive, found 0}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense_resource<z> : tensor<4xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return %s : !snn.spikes<4, sign, fixed>
}
{-#
  dialect_resources: { builtin: { z: "0x0400000001000000000000000300000004000000" } }
#-}

// -----

func.func @missing(%c: !snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed> {
  // expected-error@below {{multipliers have no numbers}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense_resource<nowhere> : tensor<4xi32>]>
       : (!snn.current<4, fixed>) -> !snn.spikes<4, sign, fixed>
  return %s : !snn.spikes<4, sign, fixed>
}

// -----

func.func @bounds(%c: !snn.current<2, fixed>) -> !snn.spikes<2, sign, fixed> {
  // expected-error@below {{a lower bound is at most the upper one, found 7 and 6}}
  %s = snn.neuron clip(%c) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>], lower = dense_resource<l> : tensor<2xi16>,
       upper = dense_resource<u> : tensor<2xi16>>
       : (!snn.current<2, fixed>) -> !snn.spikes<2, sign, fixed>
  return %s : !snn.spikes<2, sign, fixed>
}
{-#
  dialect_resources: { builtin: { l: "0x0200000005000700", u: "0x0200000005000600" } }
#-}

// -----

func.func @no_bounds(%c: !snn.current<2, fixed>) -> !snn.spikes<2, sign, fixed> {
  // expected-error@below {{bounds have no numbers}}
  %s = snn.neuron clip(%c) params [0.0, 6.0] schedule <dyadic(0.5, 1), steps = 1> code <sign>
       fixed <state = 16, event_fraction = 8, operand_fraction = 9, steps = [1], zones = [], shifts = [3],
       multipliers = [dense<1> : tensor<1xi32>], lower = dense_resource<nowhere> : tensor<2xi16>,
       upper = dense_resource<nowhere> : tensor<2xi16>>
       : (!snn.current<2, fixed>) -> !snn.spikes<2, sign, fixed>
  return %s : !snn.spikes<2, sign, fixed>
}
