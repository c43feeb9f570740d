// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-fit-schedule{data=%models/digits_calibration.npz}))" | FileCheck %s --check-prefix=OVERLAP
// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-fit-schedule{data=%models/digits_calibration.npz staged=true}))" | FileCheck %s --check-prefix=STAGED
// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-fit-schedule{data=%models/digits_calibration.npz staged=true max-steps=11}))" | FileCheck %s --check-prefix=SHORT
// RUN: snn-opt %s --pass-pipeline="builtin.module(func.func(snn-fit-schedule{data=%models/digits_calibration.npz staged=true skew=1}))" | FileCheck %s --check-prefix=GIVEN

// Three populations of 64 neurons that copy their input where it is positive. Staged, each begins in the last step of the one
// before it, as far as the time steps reach; a skew that is given is taken.
// OVERLAP: steps = [[K:[0-9]+]]>
// OVERLAP: start = 2, steps = [[K]]>
// OVERLAP: start = 4, steps = [[K]]>
// STAGED: steps = 6>
// STAGED: start = 5, steps = 6>
// STAGED: start = 10, steps = 6>
// SHORT: steps = 6>
// SHORT: start = 2, steps = 6>
// SHORT: start = 5, steps = 6>
// GIVEN: steps = [[K:[0-9]+]]>
// GIVEN: start = 1, steps = [[K]]>
// GIVEN: start = 2, steps = [[K]]>
func.func @main(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 8> code <ternary, 0.66> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %t = snn.neuron relu(%d) schedule <dyadic(0.5, 1), start = 3, steps = 8> code <ternary, 0.66> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %e = snn.reshape %t shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %u = snn.neuron relu(%e) schedule <dyadic(0.5, 1), start = 6, steps = 8> code <ternary, 0.66> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %f = snn.reshape %u shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %y = snn.decode %f : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
