// RUN: snn-opt %s --snn-verify-phase=phase=tune --split-input-file --verify-diagnostics
// Where schedules were chosen, each has an end; and the network is spiking.

func.func @holds(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %n = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 6> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %n shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @endless(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // expected-error@+2 {{'snn.neuron' op has a schedule without an end}}
  // expected-note@+1 {{phase 'tune' promises: every layer has the steps, scales and dead zones that the calibration data ask for}}
  %n = snn.neuron relu(%c) schedule <dyadic(0.5, 1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %n shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
