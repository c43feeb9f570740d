// RUN: snn-opt %s --ann-decompose --split-input-file --verify-diagnostics

// Tests that infinities that nothing takes out of a network are named before anything is computed with them.
func.func @sum(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %m = ann.constant dense<[0.0, 0xFF800000, 0.0]> : tensor<3xf32>
  // expected-error@below {{has a constant operand of -inf; a mask must be a summand of what goes into a Softmax, and leave something of each row}}
  %0 = ann.add %x, %m : (tensor<?x3xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %1 = ann.relu %0 : tensor<?x3xf32>
  return %1 : tensor<?x3xf32>
}

// -----

func.func @row(%x: tensor<?x2x2xf32>) -> tensor<?x2x2xf32> {
  %m = ann.constant dense<[[0.0, 0.0], [0xFF800000, 0xFF800000]]> : tensor<2x2xf32>
  // expected-error@below {{has a constant operand of -inf; a mask must be a summand of what goes into a Softmax, and leave something of each row}}
  %0 = ann.add %x, %m : (tensor<?x2x2xf32>, tensor<2x2xf32>) -> tensor<?x2x2xf32>
  %1 = ann.softmax %0 axis = 2 : (tensor<?x2x2xf32>) -> tensor<?x2x2xf32>
  return %1 : tensor<?x2x2xf32>
}

// -----

func.func @border(%x: tensor<?x1x3xf32>) -> tensor<?x1x4xf32> {
  // expected-error@below {{has a border of -inf, which only a max-pool behind it could leave out}}
  %0 = ann.pad %x pads = [0, 0, 1, 0, 0, 0] value = 0xFFF0000000000000 : (tensor<?x1x3xf32>) -> tensor<?x1x4xf32>
  return %0 : tensor<?x1x4xf32>
}
