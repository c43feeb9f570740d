// RUN: snn-opt %s --split-input-file --verify-diagnostics

// SNN-D3
func.func @no_head(%c: !snn.current<4>) -> tensor<?x4xf32> {
  // expected-error@below {{is read by 'ann.exp', but behind a decoder only functions that end a network (softmax, sigmoid, ...) and moves of elements are possible}}
  %0 = snn.decode %c : !snn.current<4> -> tensor<?x4xf32>
  %1 = ann.exp %0 : tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

// SNN-D3
func.func @no_head_behind_one(%c: !snn.current<4>) -> tensor<?x4xf32> {
  %0 = snn.decode %c : !snn.current<4> -> tensor<?x4xf32>
  // expected-error@below {{is read by 'ann.relu'}}
  %1 = ann.sigmoid %0 : tensor<?x4xf32>
  %2 = ann.relu %1 : tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}

// -----

// SNN-D3
func.func @two_operands(%c: !snn.current<4>) -> tensor<?x4xf32> {
  // expected-error@below {{is read by 'ann.add'}}
  %0 = snn.decode %c : !snn.current<4> -> tensor<?x4xf32>
  %1 = ann.add %0, %0 : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

// SNN-D3
func.func @encoded_again(%c: !snn.current<4>) -> !snn.spikes<4, graded> {
  // expected-error@below {{is read by 'snn.encode'}}
  %0 = snn.decode %c : !snn.current<4> -> tensor<?x4xf32>
  %1 = snn.encode %0 direct : tensor<?x4xf32> -> !snn.spikes<4, graded>
  return %1 : !snn.spikes<4, graded>
}
