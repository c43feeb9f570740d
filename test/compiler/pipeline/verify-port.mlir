// RUN: snn-opt %s --snn-verify-phase=phase=port --split-input-file --verify-diagnostics
// Behind the phase port every operator is one that the conversion takes, or one for the host.

func.func @holds(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %0 = ann.relu %x : tensor<?x4xf32>
  %1 = ann.softmax %0 axis = 1 {ann.host} : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %1 : tensor<?x4xf32>
}

// -----

// All of them are told.
func.func @left(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@+2 {{'ann.softmax' op has no spiking form; converted operators are}}
  // expected-note@+1 {{phase 'port' promises: batch normalizations are in the weights, and every operator has a spiking form}}
  %0 = ann.softmax %x axis = 1 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  %1 = ann.relu %0 : tensor<?x4xf32>
  // expected-error@+2 {{'ann.log_softmax' op has no spiking form}}
  // expected-note@+1 {{phase 'port' promises}}
  %2 = ann.log_softmax %1 axis = 1 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %2 : tensor<?x4xf32>
}
