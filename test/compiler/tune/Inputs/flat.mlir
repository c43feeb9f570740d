// One population of 64 neurons that copies its input where it is positive.
func.func @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %y = snn.decode %d : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
