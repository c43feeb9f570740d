// RUN: snn-opt %s --snn-prove-sums --split-input-file --verify-diagnostics

// FX-Q4. Tests that each sum that may leave 32 bits is refused, by how many bits, and that those that fit are not.
func.func @wide(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct fixed <raw = i16, raw_fraction = 13, multipliers = [16384, 16384], offsets = [0, 0], shift = 14, fraction = 12, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %w = arith.constant dense<[[127, 63], [-63, -127]]> : tensor<2x2xi8>
  %fits = snn.gemm %in, %w : (!snn.spikes<2, graded, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  // expected-error@below {{may have sums that take 5 bits more than 32}}
  %c = snn.gemm %in, %w shift = 13 : (!snn.spikes<2, graded, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <sign> fixed <state = 16, event_fraction = 15, operand_fraction = 15, steps = [16384, 8192], zones = [], shifts = [38], multipliers = [dense<1> : tensor<1xi32>]> : (!snn.current<2, fixed>) -> !snn.spikes<2, sign, fixed>
  // expected-error@below {{may have sums that take 7 bits more than 32}}
  %d = snn.gemm %s, %w shift = 15 : (!snn.spikes<2, sign, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  %y = snn.decode %d fixed <shift = 30, fraction = 20, multipliers = dense<1073741824> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
