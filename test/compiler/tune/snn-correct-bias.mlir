// Receivers are told the mean error that a coarse schedule leaves, and nothing where that would not help.
// RUN: snnc compile %models/digits_cnn.onnx --calibrate %models/digits_calibration.npz --code ternary:0.9 --schedule dyadic:0.5,1,3 --skew 1 -o %t.snnb --emit-ir convert=%t.net.mlir
// RUN: snn-opt %t.net.mlir --pass-pipeline="builtin.module(func.func(snn-correct-bias{data=%models/digits_calibration.npz}))" -o %t.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: FileCheck %s < %t.mlir
// RUN: snn-opt %t.net.mlir --pass-pipeline="builtin.module(func.func(snn-correct-bias{data=%models/digits_calibration.npz threads=1}))" -o %t.1.mlir
// RUN: snn-opt %t.net.mlir --pass-pipeline="builtin.module(func.func(snn-correct-bias{data=%models/digits_calibration.npz threads=3}))" -o %t.3.mlir
// RUN: cmp %t.1.mlir %t.3.mlir
// RUN: snn-opt %S/Inputs/flat.mlir --pass-pipeline="builtin.module(func.func(snn-correct-bias{data=%models/digits_calibration.npz}))" 2>&1 | FileCheck %s --check-prefix=KEPT
// RUN: snn-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(func.func(snn-correct-bias{data=%models/digits_calibration.npz}))"

// REMARK: corrected the mean errors of 2 populations: unexplained by the outputs {{.*}} -> {{.*}} on 200 images
// CHECK: snn.neuron relu({{.*}}) schedule <dyadic(0.5, 1), steps = 3> code <ternary, 0.9>{{.*}} offset dense
// KEPT: remark: kept the mean errors of 1 populations
// KEPT-NOT: offset dense

// expected-error@below {{runs for no fixed number of steps; give it with steps=N}}
func.func @endless(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1)> code <ternary, 0.5> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %y = snn.decode %d : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
