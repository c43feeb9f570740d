// RUN: snn-opt %s --snn-verify-phase=phase=import --split-input-file --verify-diagnostics
// What stands behind the import: the ann dialect, with shapes that are fixed but for the batch.

func.func @holds(%x: tensor<?x2x4xf32>) -> tensor<?x8xf32> {
  %0 = ann.flatten %x axis = 1 : (tensor<?x2x4xf32>) -> tensor<?x8xf32>
  return %0 : tensor<?x8xf32>
}

// -----

// A network that comes in spiking has other promises to keep.
func.func @spiking(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @other_dialect(%x: tensor<?x2xf32>) -> tensor<2xf32> {
  // expected-error@+2 {{'arith.constant' op is not of the ann dialect}}
  // expected-note@+1 {{phase 'import' promises: the network stands as its framework left it, in the ann dialect}}
  %0 = arith.constant dense<1.0> : tensor<2xf32>
  return %0 : tensor<2xf32>
}

// -----

// expected-error@+2 {{'func.func' op has a dimension beside the batch that is not fixed: 'tensor<?x?xf32>'}}
// expected-note@+1 {{phase 'import' promises}}
func.func @open_input(%x: tensor<?x?xf32>) {
  return
}
