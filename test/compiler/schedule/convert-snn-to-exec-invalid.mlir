// RUN: snn-opt %s --convert-snn-to-exec --split-input-file --verify-diagnostics

// Tests what is no integer network with one input and decoded outputs.
func.func @real(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{is not in integers; --snn-quantize makes it so}}
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %o = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %o : tensor<?x2xf32>
}

// -----

func.func @border(%x: tensor<?x2xf32>) -> tensor<?x3xf32> {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  // expected-error@below {{pads with a border, which integers have as a bias}}
  %c = snn.pad %s pads = [0, 1] value = 1.0 : (!snn.spikes<2, graded, fixed>) -> !snn.current<3, fixed>
  %o = snn.decode %c fixed <shift = 4, fraction = 8, multipliers = dense<3> : tensor<1xi32>> : !snn.current<3, fixed> -> tensor<?x3xf32>
  return %o : tensor<?x3xf32>
}

// -----

func.func @tensors(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{has no form in integers on a processor}}
  %y = ann.relu %x : tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@below {{has 0 'snn.encode': a network has one}}
func.func @nothing(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}

// -----

// expected-error@below {{returns a value that no 'snn.decode' leads to}}
func.func @undecoded(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  return %x : tensor<?x2xf32>
}
