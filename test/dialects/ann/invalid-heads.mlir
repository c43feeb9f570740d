// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @log_softmax_axis(%x: tensor<?x4xf32>) {
  // expected-error@+2 {{failed to infer returned types}}
  // expected-error@below {{axis 0 is not a static dimension of ?x4}}
  %0 = ann.log_softmax %x axis = 0 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @argmax_axis(%x: tensor<?x4xf32>) {
  // expected-error@+2 {{failed to infer returned types}}
  // expected-error@below {{axis 2 is not a static dimension of ?x4}}
  %0 = ann.argmax %x axis = 2 : (tensor<?x4xf32>) -> tensor<?x1xf32>
  return
}

// -----

func.func @host_of_a_neuron(%x: tensor<?x4xf32>) {
  // expected-error@below {{'ann.host' must be a unit attribute on what the host can compute behind the decoder}}
  %0 = ann.relu %x {ann.host} : tensor<?x4xf32>
  return
}

// -----

func.func @host_says_more(%x: tensor<?x4xf32>) {
  // expected-error@below {{'ann.host' must be a unit attribute}}
  %0 = ann.tanh %x {ann.host = 1 : i64} : tensor<?x4xf32>
  return
}
