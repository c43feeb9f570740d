// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that every function of the table has a text form, with the operands and parameters it takes.
// CHECK-LABEL: func.func @functions
func.func @functions(%a: !snn.current<2>, %b: !snn.current<2>) {
  // CHECK: snn.neuron relu(%{{.*}}) schedule
  %0 = snn.neuron relu(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron max(%{{.*}}, %{{.*}}) schedule
  %1 = snn.neuron max(%a, %b) schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron min(%{{.*}}, %{{.*}}) schedule
  %2 = snn.neuron min(%a, %b) schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron leaky_relu(%{{.*}}) params [1.000000e-01] schedule
  %3 = snn.neuron leaky_relu(%a) params [0.1] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron gelu(
  %4 = snn.neuron gelu(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron gelu_sigmoid(
  %5 = snn.neuron gelu_sigmoid(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron silu(
  %6 = snn.neuron silu(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron hard_swish(
  %7 = snn.neuron hard_swish(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron hard_sigmoid(%{{.*}}) params [2.000000e-01, 5.000000e-01] schedule
  %8 = snn.neuron hard_sigmoid(%a) params [0.2, 0.5] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron sigmoid(
  %9 = snn.neuron sigmoid(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron tanh(
  %10 = snn.neuron tanh(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron elu(%{{.*}}) params [1.000000e+00] schedule
  %11 = snn.neuron elu(%a) params [1.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron softplus(
  %12 = snn.neuron softplus(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron clip(%{{.*}}) params [0.000000e+00, 6.000000e+00] schedule
  %13 = snn.neuron clip(%a) params [0.0, 6.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // What is infinite is printed by its bits.
  // CHECK: snn.neuron clip(%{{.*}}) params [0.000000e+00, 0x7FF0000000000000] schedule
  %infinite = snn.neuron clip(%a) params [0.0, 0x7FF0000000000000] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron exp(
  %14 = snn.neuron exp(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron sqrt(
  %15 = snn.neuron sqrt(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron square(
  %16 = snn.neuron square(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron abs(
  %17 = snn.neuron abs(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron reciprocal(
  %18 = snn.neuron reciprocal(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron mul(
  %19 = snn.neuron mul(%a, %b) schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron div(
  %20 = snn.neuron div(%a, %b) schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron norm(%{{.*}}, %{{.*}}) params [1.000000e-05] schedule
  %21 = snn.neuron norm(%a, %b) params [1.0e-5] schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron norm_unclamped(
  %22 = snn.neuron norm_unclamped(%a, %b) params [1.0e-5] schedule <constant(0.1)> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron erf(
  %23 = snn.neuron erf(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron mish(
  %24 = snn.neuron mish(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron softsign(
  %25 = snn.neuron softsign(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron log(
  %26 = snn.neuron log(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron sin(
  %27 = snn.neuron sin(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron cos(
  %28 = snn.neuron cos(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron sign(
  %29 = snn.neuron sign(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron floor(
  %30 = snn.neuron floor(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron ceil(
  %31 = snn.neuron ceil(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron round(
  %32 = snn.neuron round(%a) schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron thresholded_relu(%{{.*}}) params [1.000000e+00] schedule
  %33 = snn.neuron thresholded_relu(%a) params [1.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  // CHECK: snn.neuron shrink(%{{.*}}) params [5.000000e-01, 0.000000e+00] schedule
  %34 = snn.neuron shrink(%a) params [0.5, 0.0] schedule <constant(0.1)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  return
}

// Tests the attribute alone.
// CHECK: #snn.function<gelu>
func.func private @attribute() attributes {test.function = #snn.function<gelu>}
