// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @conv_transpose_rank(%x: tensor<?x4xf32>, %w: tensor<4x2x2x2xf32>) {
  // expected-error@+2 {{input must have 3 to 5 dimensions (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4xf32>, tensor<4x2x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_weight_rank(%x: tensor<?x4x3x3xf32>, %w: tensor<4x2x2xf32>) {
  // expected-error@+2 {{weight must have 4 dimensions, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4x3x3xf32>, tensor<4x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_counts(%x: tensor<?x4x3x3xf32>, %w: tensor<4x2x2x2xf32>) {
  // expected-error@+2 {{needs 2 strides, dilations and output paddings and 4 pads}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0] : (tensor<?x4x3x3xf32>, tensor<4x2x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_stride(%x: tensor<?x4x3x3xf32>, %w: tensor<4x2x2x2xf32>) {
  // expected-error@+2 {{strides, dilations, group and weight dimensions must be at least 1, and pads and output paddings at least 0}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [0, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4x3x3xf32>, tensor<4x2x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_channels(%x: tensor<?x4x3x3xf32>, %w: tensor<3x2x2x2xf32>) {
  // expected-error@+2 {{weight takes 3 channels in 1 groups, but the input has 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4x3x3xf32>, tensor<3x2x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_bias(%x: tensor<?x4x3x3xf32>, %w: tensor<4x2x2x2xf32>, %b: tensor<3xf32>) {
  // expected-error@+2 {{bias must have the shape 2, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4x3x3xf32>, tensor<4x2x2x2xf32>, tensor<3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @conv_transpose_pads(%x: tensor<?x4x3x3xf32>, %w: tensor<4x2x2x2xf32>) {
  // expected-error@+2 {{pads leave nothing of dimension 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1] pads = [2, 0, 2, 0] dilations = [1, 1] output_padding = [0, 0] : (tensor<?x4x3x3xf32>, tensor<4x2x2x2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @sum_axes(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{axes must be ascending dimensions of the input, found 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_sum %x axes = [2, 1] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @sum_batch(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{reduces the dynamic batch dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_sum %x axes = [0] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @gather_axis(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{axis 0 is not a static dimension of ?x4x3x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.gather %x axis = 0 indices = [0] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @gather_index(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{index 4 lies outside of dimension 1 of size 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.gather %x axis = 1 indices = [0, 4] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @gather_nothing(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{needs at least one index}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.gather %x axis = 1 indices = [] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @expand_shape(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{input ?x4x3x3 does not broadcast to 2x3x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.expand %x shape = [2, 3, 3] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @expand_batch(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{must keep the dynamic batch as the first dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.expand %x shape = [2, 4, 3, 3] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @expand_negative(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{dimensions of shape must be at least 1, found -1; -1 stands for the batch, in the first place only}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.expand %x shape = [-1, -1, 3, 3] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @resize_rank(%x: tensor<?x4xf32>) {
  // expected-error@+2 {{input must have 3 dimensions or more (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.resize %x scales = [] : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @resize_scales(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{needs 2 scales of at least 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.resize %x scales = [2, 0] : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @concat_nothing() {
  // expected-error@+2 {{needs at least one operand}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.concat axis = 1 : () -> tensor<?x3xf32>
  return
}
