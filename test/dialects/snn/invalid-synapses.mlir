// RUN: snn-opt %s --split-input-file --verify-diagnostics

// SNN-S2
func.func @mixed(%a: !snn.current<2>, %b: !snn.current<2, rate>) {
  // expected-error@below {{mixes streams of changes with streams of rates}}
  %0 = snn.add %a, %b : (!snn.current<2>, !snn.current<2, rate>) -> !snn.current<2>
  return
}

// -----

func.func @conv_rank(%s: !snn.current<2>) {
  %w = arith.constant dense<1.0> : tensor<1x2x1xf32>
  // expected-error@+2 {{stream must have 2 or 3 dimensions (channels, then one or two spatial ones), found 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1] pads = [0, 0] dilations = [1] : (!snn.current<2>, tensor<1x2x1xf32>) -> !snn.current<1>
  return
}

// -----

func.func @conv_weight_rank(%s: !snn.current<2x4x4>) {
  %w = arith.constant dense<1.0> : tensor<1x2x1xf32>
  // expected-error@+2 {{weight must have 4 dimensions, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x4x4>, tensor<1x2x1xf32>) -> !snn.current<1x4x4>
  return
}

// -----

func.func @conv_attributes(%s: !snn.current<2x4x4>) {
  %w = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  // expected-error@+2 {{needs 2 strides, 2 dilations and 4 pads}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x4x4>, tensor<1x2x3x3xf32>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @conv_stride(%s: !snn.current<2x4x4>) {
  %w = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  // expected-error@+2 {{strides, dilations and group must be at least 1, and pads at least 0}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [0, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x4x4>, tensor<1x2x3x3xf32>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @conv_channels(%s: !snn.current<3x4x4>) {
  %w = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  // expected-error@+2 {{weight takes 2 channels, but the stream has 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<3x4x4>, tensor<1x2x3x3xf32>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @conv_group(%s: !snn.current<4x4x4>) {
  %w = arith.constant dense<1.0> : tensor<3x2x3x3xf32>
  // expected-error@+2 {{weight has 3 output channels, which 2 groups cannot share}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] group = 2 : (!snn.current<4x4x4>, tensor<3x2x3x3xf32>) -> !snn.current<3x2x2>
  return
}

// -----

func.func @conv_bias(%s: !snn.current<2x4x4>) {
  %w = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  %b = arith.constant dense<1.0> : tensor<2xf32>
  // expected-error@+2 {{bias must have the shape 1, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x4x4>, tensor<1x2x3x3xf32>, tensor<2xf32>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @conv_fits(%s: !snn.current<2x2x2>) {
  %w = arith.constant dense<1.0> : tensor<1x2x3x3xf32>
  // expected-error@+2 {{kernel 3x3 does not fit into the stream 2x2x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x2x2>, tensor<1x2x3x3xf32>) -> !snn.current<1x1x1>
  return
}

// -----

func.func @gemm_rows(%s: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<3x2xf32>
  // expected-error@+2 {{weight has 3 rows, but the stream's last dimension is 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.gemm %s, %w : (!snn.current<4>, tensor<3x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @gemm_weight(%s: !snn.current<4>) {
  %w = arith.constant dense<1.0> : tensor<4xf32>
  // expected-error@+2 {{weight must have 2 dimensions, found 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.gemm %s, %w : (!snn.current<4>, tensor<4xf32>) -> !snn.current<2>
  return
}

// -----

func.func @pool_fits(%s: !snn.current<4x2x2>) {
  // expected-error@+2 {{kernel 3x3 does not fit into the stream 4x2x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.average_pool %s kernel_shape = [3, 3] strides = [1, 1] pads = [0, 0, 0, 0] : (!snn.current<4x2x2>) -> !snn.current<4x1x1>
  return
}

// -----

func.func @scale_shape(%s: !snn.current<4x2>) {
  %f = arith.constant dense<1.0> : tensor<4xf32>
  // expected-error@+2 {{factor of shape 4 does not apply to a stream of shape 4x2: each dimension must be the same or 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.scale %s, %f : (!snn.current<4x2>, tensor<4xf32>) -> !snn.current<4x2>
  return
}

// -----

func.func @add_shape(%a: !snn.current<4>, %b: !snn.current<3>) {
  // expected-error@+2 {{streams must have one shape, found 4 and 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.add %a, %b : (!snn.current<4>, !snn.current<3>) -> !snn.current<4>
  return
}

// -----

func.func @reshape_count(%a: !snn.current<4>) {
  // expected-error@+2 {{shape 3 does not hold the 4 elements of the stream 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.reshape %a shape = [3] : (!snn.current<4>) -> !snn.current<3>
  return
}

// -----

func.func @transpose_perm(%a: !snn.current<4x2>) {
  // expected-error@+2 {{perm must be a permutation of the stream's 2 dimensions}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.transpose %a perm = [0, 0] : (!snn.current<4x2>) -> !snn.current<4x4>
  return
}

// -----

func.func @pad_count(%a: !snn.current<4x2>) {
  // expected-error@+2 {{needs 4 pads, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.pad %a pads = [0, 0] value = 0.0 : (!snn.current<4x2>) -> !snn.current<4x2>
  return
}

// -----

func.func @pad_crops_all(%a: !snn.current<4x2>) {
  // expected-error@+2 {{leaves nothing of dimension 1}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.pad %a pads = [0, -1, 0, -1] value = 0.0 : (!snn.current<4x2>) -> !snn.current<4x1>
  return
}

// -----

func.func @slice_outside(%a: !snn.current<4>) {
  // expected-error@+2 {{leaves dimension 0 of size 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.slice %a starts = [2] sizes = [3] steps = [1] : (!snn.current<4>) -> !snn.current<3>
  return
}

// -----

func.func @concat_axis(%a: !snn.current<4>) {
  // expected-error@+2 {{axis 1 is not a dimension of the streams}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.concat %a axis = 1 : (!snn.current<4>) -> !snn.current<4>
  return
}

// -----

func.func @concat_shapes(%a: !snn.current<4x2>, %b: !snn.current<4x3>) {
  // expected-error@+2 {{streams differ in more than dimension 0}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.concat %a, %b axis = 0 : (!snn.current<4x2>, !snn.current<4x3>) -> !snn.current<8x2>
  return
}

// -----

func.func @result_type(%a: !snn.current<4x2>) {
  // expected-error@below {{inferred type(s) '!snn.current<2x4>' are incompatible with return type(s) of operation '!snn.current<4x2>'}}
  // expected-error@below {{failed to infer returned types}}
  %0 = snn.transpose %a perm = [1, 0] : (!snn.current<4x2>) -> !snn.current<4x2>
  return
}

// -----

// SNN-S3: weights are constants, of every synapse that has any.

func.func @conv_weight(%s: !snn.current<2x4x4>, %w: tensor<1x2x3x3xf32>) {
  // expected-error@below {{'snn.conv' op needs constant weights, found argument 1 of the function}}
  %0 = snn.conv %s, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<2x4x4>, tensor<1x2x3x3xf32>) -> !snn.current<1x2x2>
  return
}

// -----

func.func @conv_bias_argument(%s: !snn.current<1x1x1>, %b: tensor<1xf32>) {
  %w = arith.constant dense<1.0> : tensor<1x1x1x1xf32>
  // expected-error@below {{'snn.conv' op needs constant weights, found argument 1 of the function}}
  %0 = snn.conv %s, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (!snn.current<1x1x1>, tensor<1x1x1x1xf32>, tensor<1xf32>) -> !snn.current<1x1x1>
  return
}

// -----

func.func @gemm_argument(%s: !snn.current<4>, %w: tensor<4x2xf32>) {
  // expected-error@below {{'snn.gemm' op needs constant weights, found argument 1 of the function}}
  %0 = snn.gemm %s, %w : (!snn.current<4>, tensor<4x2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @gemm_bias_argument(%s: !snn.current<1>, %b: tensor<2xf32>) {
  %w = arith.constant dense<1.0> : tensor<1x2xf32>
  // expected-error@below {{'snn.gemm' op needs constant weights, found argument 1 of the function}}
  %0 = snn.gemm %s, %w bias %b : (!snn.current<1>, tensor<1x2xf32>, tensor<2xf32>) -> !snn.current<2>
  return
}

// -----

func.func @scale_argument(%s: !snn.current<4>, %f: tensor<4xf32>) {
  // expected-error@below {{'snn.scale' op needs constant weights, found argument 1 of the function}}
  %0 = snn.scale %s, %f : (!snn.current<4>, tensor<4xf32>) -> !snn.current<4>
  return
}

// -----

func.func @bias_result(%s: !snn.current<4>, %a: tensor<4xf32>) {
  %b = arith.addf %a, %a : tensor<4xf32>
  // expected-error@below {{'snn.bias' op needs constant weights, found the result of 'arith.addf'}}
  %0 = snn.bias %s, %b : (!snn.current<4>, tensor<4xf32>) -> !snn.current<4>
  return
}

// -----

func.func @missing_numbers(%s: !snn.current<4>) {
  %b = arith.constant dense_resource<nowhere> : tensor<4xf32>
  // expected-error@below {{'snn.bias' op needs constant weights, found a constant whose numbers are missing or of another size than its type}}
  %0 = snn.bias %s, %b : (!snn.current<4>, tensor<4xf32>) -> !snn.current<4>
  return
}
