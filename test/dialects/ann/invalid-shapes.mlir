// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @pool_rank(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{input must have 3 to 5 dimensions (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.max_pool %x kernel_shape = [] strides = [] pads = [] dilations = [] : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @pool_attributes(%x: tensor<?x3x4x4xf32>) {
  // expected-error@+2 {{needs 2 kernel sizes, strides and dilations and 4 pads}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.max_pool %x kernel_shape = [2] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x3x3xf32>
  return
}

// -----

func.func @pool_stride(%x: tensor<?x3x4x4xf32>) {
  // expected-error@+2 {{kernel sizes, strides and dilations must be at least 1, and pads at least 0}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.average_pool %x kernel_shape = [2, 2] strides = [0, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x3x3xf32>
  return
}

// -----

func.func @pool_fits(%x: tensor<?x3x4x4xf32>) {
  // expected-error@+2 {{kernel 5x5 does not fit into the input ?x3x4x4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.average_pool %x kernel_shape = [5, 5] strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>) -> tensor<?x3x1x1xf32>
  return
}

// -----

func.func @global_pool_rank(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{input must have 3 dimensions or more (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.global_average_pool %x : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @mean_axes(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{axes must be ascending dimensions of the input, found 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_mean %x axes = [2, 1] : (tensor<?x3x4xf32>) -> tensor<?xf32>
  return
}

// -----

func.func @mean_batch(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{reduces the dynamic batch dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_mean %x axes = [0] : (tensor<?x3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @flatten_axis(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{axis must be 1 to keep the dynamic batch, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.flatten %x axis = 2 : (tensor<?x3x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @flatten_range(%x: tensor<2x3x4xf32>) {
  // expected-error@+2 {{axis must be between 0 and 3, found 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.flatten %x axis = 4 : (tensor<2x3x4xf32>) -> tensor<24x1xf32>
  return
}

// -----

func.func @reshape_unknowns(%x: tensor<2x3x4xf32>) {
  // expected-error@+2 {{at most one dimension can follow from the others, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reshape %x shape = [-1, -1] : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
  return
}

// -----

func.func @reshape_negative(%x: tensor<2x3x4xf32>) {
  // expected-error@+2 {{dimensions must be -1 or at least 0, found -2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reshape %x shape = [-2, 12] : (tensor<2x3x4xf32>) -> tensor<2x12xf32>
  return
}

// -----

func.func @reshape_batch(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{must keep the dynamic batch: the first dimension must be -1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reshape %x shape = [3, -1] : (tensor<?x3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reshape_moved_batch(%x: tensor<3x?x5xf32>) {
  // expected-error@+2 {{needs the dynamic batch in front, found 3x?x5}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reshape %x shape = [-1, 5] : (tensor<3x?x5xf32>) -> tensor<?x5xf32>
  return
}

// -----

func.func @reshape_elements(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{shape -1x5 does not hold the elements of ?x3x4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reshape %x shape = [-1, 5] : (tensor<?x3x4xf32>) -> tensor<?x5xf32>
  return
}

// -----

func.func @transpose_perm(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{perm must be a permutation of the input's 3 dimensions}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.transpose %x perm = [0, 1, 1] : (tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  return
}

// -----

func.func @pad_count(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{needs 4 pads, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.pad %x pads = [0, 1] value = 0.0 : (tensor<?x3xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @pad_batch(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{pads the dynamic batch dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.pad %x pads = [1, 0, 0, 0] value = 0.0 : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @pad_crops_all(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{leaves nothing of dimension 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.pad %x pads = [0, -3, 0, 0] value = 0.0 : (tensor<?x3xf32>) -> tensor<?x1xf32>
  return
}

// -----

func.func @slice_count(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{needs 2 starts, sizes and steps}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.slice %x starts = [0] sizes = [-1] steps = [1] : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @slice_batch(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{must take the dynamic batch whole: start 0, size -1, step 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.slice %x starts = [1, 0] sizes = [1, 3] steps = [1, 1] : (tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @slice_outside(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{leaves dimension 1 of size 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.slice %x starts = [0, 2] sizes = [-1, 2] steps = [1, 1] : (tensor<?x3xf32>) -> tensor<?x2xf32>
  return
}

// -----

func.func @concat_axis(%x: tensor<?x3xf32>) {
  // expected-error@+2 {{axis 0 is not a static dimension of ?x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.concat %x, %x axis = 0 : (tensor<?x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @concat_shapes(%x: tensor<?x3x2xf32>, %y: tensor<?x3x4xf32>) {
  // expected-error@+2 {{operands differ in more than dimension 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.concat %x, %y axis = 1 : (tensor<?x3x2xf32>, tensor<?x3x4xf32>) -> tensor<?x6x2xf32>
  return
}

// -----

func.func @result_type(%x: tensor<?x3x2xf32>) {
  // expected-error@+2 {{are incompatible with return type(s)}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.transpose %x perm = [0, 2, 1] : (tensor<?x3x2xf32>) -> tensor<?x3x2xf32>
  return
}

// -----

func.func @pool_of_padding(%x: tensor<?x3x1x4xf32>) {
  // expected-error@+2 {{has a window that holds padding only, along spatial dimension 0; pads must be smaller than the kernel}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.max_pool %x kernel_shape = [2, 2] strides = [1, 1] pads = [2, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x1x4xf32>) -> tensor<?x3x2x3xf32>
  return
}

// -----

func.func @reduce_max_batch(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{reduces the dynamic batch dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_max %x axes = [0] : (tensor<?x3x4xf32>) -> tensor<3x4xf32>
  return
}

// -----

func.func @reduce_min_order(%x: tensor<?x3x4xf32>) {
  // expected-error@+2 {{axes must be ascending dimensions of the input, found 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.reduce_min %x axes = [2, 1] : (tensor<?x3x4xf32>) -> tensor<?xf32>
  return
}
