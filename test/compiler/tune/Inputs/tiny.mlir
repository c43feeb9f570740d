// One population of 3 neurons that copies its input where it is positive.
func.func @main(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %in = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
  %c = snn.reshape %in shape = [3] : (!snn.spikes<3, graded>) -> !snn.current<3>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <ternary, 0.7> : (!snn.current<3>) -> !snn.spikes<3, ternary>
  %d = snn.reshape %s shape = [3] : (!snn.spikes<3, ternary>) -> !snn.current<3>
  %y = snn.decode %d : !snn.current<3> -> tensor<?x3xf32>
  return %y : tensor<?x3xf32>
}
