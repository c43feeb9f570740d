// RUN: snn-opt %s --snn-set-hysteresis="hysteresis=3" --split-input-file --verify-diagnostics | FileCheck %s
// RUN: snn-opt %s --snn-set-hysteresis="hysteresis=1.5" --split-input-file --verify-diagnostics | FileCheck %s --check-prefix=OTHER

// Tests who has a hysteresis: neurons that can be silent and have a last step, but for norms.
// CHECK-LABEL: func.func @neurons
// OTHER-LABEL: func.func @neurons
func.func @neurons(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  %in = snn.encode %x direct : tensor<?x4xf32> -> !snn.spikes<4, graded>
  %c = snn.reshape %in shape = [4] : (!snn.spikes<4, graded>) -> !snn.current<4>
  // CHECK: snn.neuron relu({{.*}}) {{.*}} code <ternary, 0.66> hysteresis 3.000000e+00 :
  // OTHER: snn.neuron relu({{.*}}) {{.*}} code <ternary, 0.66> hysteresis 1.500000e+00 :
  %a = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.66> : (!snn.current<4>) -> !snn.spikes<4, ternary>
  // CHECK: snn.neuron tanh({{.*}}) schedule <dyadic(0.5, 1)> code <ternary, 0.66> :
  %b = snn.neuron tanh(%c) schedule <dyadic(0.5, 1)> code <ternary, 0.66> : (!snn.current<4>) -> !snn.spikes<4, ternary>
  // CHECK: snn.neuron abs({{.*}}) schedule <dyadic(0.5, 1), steps = 6> code <sign> :
  %d = snn.neuron abs(%c) schedule <dyadic(0.5, 1), steps = 6> code <sign> : (!snn.current<4>) -> !snn.spikes<4, sign>
  %p = snn.add %a, %b : (!snn.spikes<4, ternary>, !snn.spikes<4, ternary>) -> !snn.current<4>
  %q = snn.add %p, %d : (!snn.current<4>, !snn.spikes<4, sign>) -> !snn.current<4>
  // CHECK: snn.neuron norm({{.*}}) {{.*}} code <ternary, 0.66> :
  %e = snn.neuron norm(%q, %p) params [1.0e-05] schedule <dyadic(0.5, 1), steps = 6> code <ternary, 0.66> : (!snn.current<4>, !snn.current<4>) -> !snn.spikes<4, ternary>
  %f = snn.reshape %e shape = [4] : (!snn.spikes<4, ternary>) -> !snn.current<4>
  %y = snn.decode %f : !snn.current<4> -> tensor<?x4xf32>
  return %y : tensor<?x4xf32>
}

// -----

// expected-error@below {{hysteresis is for neurons of the ternary code whose schedules end; there are none (--code ternary)}}
func.func @signs(%c: !snn.current<4>) -> !snn.spikes<4, sign> {
  %d = snn.neuron abs(%c) schedule <dyadic(0.5, 1), steps = 6> code <sign> : (!snn.current<4>) -> !snn.spikes<4, sign>
  return %d : !snn.spikes<4, sign>
}
