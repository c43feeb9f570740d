// RUN: snn-opt %s --snn-verify-phase=phase=convert --split-input-file --verify-diagnostics
// Behind the conversion a function is one encoder, synapses, neurons, decoders, and what the host computes behind them.

func.func @holds(%x: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<?x2xf32>) {
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  %p = ann.softmax %y axis = 1 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %y, %p : tensor<?x2xf32>, tensor<?x2xf32>
}

// -----

// expected-error@+2 {{'func.func' op has 0 encoders, a spiking network has one}}
// expected-note@+1 {{phase 'convert' promises: the network is spiking, in the snn dialect}}
func.func @not_converted(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.relu %x : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

func.func @left(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@+2 {{'ann.relu' op is neither spiking nor computed behind a decoder}}
  // expected-note@+1 {{phase 'convert' promises}}
  %0 = ann.relu %x : tensor<?x2xf32>
  %s = snn.encode %0 direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @input_is_output(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  // expected-error@+2 {{'func.return' op gives what no decoder leads to}}
  // expected-note@+1 {{phase 'convert' promises}}
  return %x : tensor<?x2xf32>
}
