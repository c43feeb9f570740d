// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @kernel(%a: !snn.current<1x4x4>) {
  // expected-error@+2 {{kernel sizes and strides must be at least 1, and pads at least 0}}
  // expected-error@below {{failed to infer returned types}}
  %c = snn.average_pool %a kernel_shape = [2, 2] strides = [0, 2] pads = [0, 0, 0, 0] : (!snn.current<1x4x4>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @nothing() {
  // expected-error@+2 {{needs at least one stream}}
  // expected-error@below {{failed to infer returned types}}
  %c = snn.concat axis = 0 : () -> !snn.current<4>
  return
}

// -----

// expected-error@below {{a stream has at least one dimension}}
func.func private @no_dimension(!snn.current<>)

// -----

func.func @window_sizes(%a: !snn.current<1x7x7, fixed>) {
  // expected-error@below {{averages windows of too many different sizes for integers}}
  %c = snn.average_pool %a kernel_shape = [7, 7] strides = [1, 1] pads = [6, 6, 6, 6] : (!snn.current<1x7x7, fixed>) -> !snn.current<1x13x13, fixed>
  return
}
