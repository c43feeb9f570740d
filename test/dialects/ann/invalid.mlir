// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @range_kind(%x: tensor<?x2xf32>) {
  // expected-error@below {{'ann.range' must be an #ann.range on an operation with one activation}}
  %0 = ann.relu %x {ann.range = 1 : i32} : tensor<?x2xf32>
  return
}

// -----

func.func @range_shape(%x: tensor<?x2x4xf32>) {
  // expected-error@below {{'ann.range' has the shape 3, but must have none, 2 (channels) or 2x4 (neurons), with 1 where it is the same along a dimension}}
  %0 = ann.relu %x {ann.range = #ann.range<dense<0.0> : tensor<3xf64>, dense<1.0> : tensor<3xf64>>} : tensor<?x2x4xf32>
  return
}

// -----

// expected-error@below {{lower and upper must have one type}}
#r = #ann.range<dense<0.0> : tensor<3xf64>, dense<1.0> : tensor<2xf64>>

// -----

// expected-error@below {{a range is f64, found 'f32'}}
#r = #ann.range<dense<0.0> : tensor<3xf32>, dense<1.0> : tensor<3xf32>>

// -----

// expected-error@below {{lower must not exceed upper, found 2 and 1}}
#r = #ann.range<dense<2.0> : tensor<3xf64>, dense<1.0> : tensor<3xf64>>

// -----

func.func @conv_channels(%x: tensor<?x3x4x4xf32>, %w: tensor<1x2x3x3xf32>) {
  // expected-error@+2 {{'ann.conv' op weight takes 2 channels, but the input has 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>, tensor<1x2x3x3xf32>) -> tensor<?x1x2x2xf32>
  return
}

// -----

func.func @conv_rank(%x: tensor<?x3xf32>, %w: tensor<1x3xf32>) {
  // expected-error@+2 {{input must have 3 to 5 dimensions (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [] pads = [] dilations = [] : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x1xf32>
  return
}

// -----

func.func @conv_dynamic(%x: tensor<?x3x?x4xf32>, %w: tensor<1x3x1x1xf32>) {
  // expected-error@+2 {{input ?x3x?x4 must be static behind its batch dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x?x4xf32>, tensor<1x3x1x1xf32>) -> tensor<?x1x4x4xf32>
  return
}

// -----

func.func @conv_attributes(%x: tensor<?x3x4x4xf32>, %w: tensor<1x3x1x1xf32>) {
  // expected-error@+2 {{needs 2 strides, 2 dilations and 4 pads}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>, tensor<1x3x1x1xf32>) -> tensor<?x1x4x4xf32>
  return
}

// -----

func.func @conv_pads(%x: tensor<?x3x4x4xf32>, %w: tensor<1x3x1x1xf32>) {
  // expected-error@+2 {{strides, dilations, group and weight dimensions must be at least 1, and pads at least 0}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [-1, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>, tensor<1x3x1x1xf32>) -> tensor<?x1x3x4xf32>
  return
}

// -----

func.func @conv_weight_rank(%x: tensor<?x3x4x4xf32>, %w: tensor<1x3x1xf32>) {
  // expected-error@+2 {{weight must have 4 dimensions, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x3x4x4xf32>, tensor<1x3x1xf32>) -> tensor<?x1x4x4xf32>
  return
}

// -----

func.func @conv_group(%x: tensor<?x4x4x4xf32>, %w: tensor<3x2x1x1xf32>) {
  // expected-error@+2 {{weight has 3 output channels, which 2 groups cannot share}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] group = 2 : (tensor<?x4x4x4xf32>, tensor<3x2x1x1xf32>) -> tensor<?x3x4x4xf32>
  return
}

// -----

func.func @conv_bias(%x: tensor<?x2x4x4xf32>, %w: tensor<3x2x1x1xf32>, %b: tensor<2xf32>) {
  // expected-error@+2 {{bias must have the shape 3, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w bias %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x2x4x4xf32>, tensor<3x2x1x1xf32>, tensor<2xf32>) -> tensor<?x3x4x4xf32>
  return
}

// -----

func.func @conv_fits(%x: tensor<?x2x2x2xf32>, %w: tensor<3x2x3x3xf32>) {
  // expected-error@+2 {{kernel 3x3 does not fit into the input ?x2x2x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.conv %x, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1] : (tensor<?x2x2x2xf32>, tensor<3x2x3x3xf32>) -> tensor<?x3x1x1xf32>
  return
}

// -----

func.func @gemm_inner(%x: tensor<?x3xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+2 {{weight takes 2 inputs, but the input has 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.gemm %x, %w : (tensor<?x3xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @gemm_rank(%x: tensor<?x3x2xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+2 {{input and weight must have 2 dimensions, found 3 and 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.gemm %x, %w : (tensor<?x3x2xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @matmul_inner(%x: tensor<?x3xf32>, %w: tensor<2x4xf32>) {
  // expected-error@+2 {{inner dimensions must be static and the same, found ?x3 and 2x4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.matmul %x, %w : (tensor<?x3xf32>, tensor<2x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @matmul_scalar(%x: tensor<?x3xf32>, %w: tensor<f32>) {
  // expected-error@+2 {{operands must have at least 1 dimension}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.matmul %x, %w : (tensor<?x3xf32>, tensor<f32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @matmul_batch(%x: tensor<2x3x4xf32>, %w: tensor<5x4x3xf32>) {
  // expected-error@+2 {{leading dimensions must broadcast, found 2x3x4 and 5x4x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.matmul %x, %w : (tensor<2x3x4xf32>, tensor<5x4x3xf32>) -> tensor<2x3x3xf32>
  return
}

// -----

func.func @batch_norm_channels(%x: tensor<?x3xf32>, %c: tensor<2xf32>) {
  // expected-error@+2 {{scale must have the shape 3, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.batch_norm %x, %c, %c, %c, %c epsilon = 0.0 : (tensor<?x3xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<?x3xf32>
  return
}

// -----

func.func @batch_norm_rank(%x: tensor<3xf32>) {
  // expected-error@+2 {{input must have a channel dimension behind its batch}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.batch_norm %x, %x, %x, %x, %x epsilon = 0.0 : (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<3xf32>
  return
}

// -----

func.func @add_broadcast(%x: tensor<?x3xf32>, %c: tensor<2xf32>) {
  // expected-error@+2 {{'ann.add' op operands must broadcast, found ?x3 and 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.add %x, %c : (tensor<?x3xf32>, tensor<2xf32>) -> tensor<?x3xf32>
  return
}

// -----

// expected-error@below {{lower and upper must have one type, found}}
#types = #ann.range<dense<0.0> : tensor<2xf64>, dense<1.0> : tensor<f64>>

// -----

func.func @spread(%x: tensor<?x3xf32>) -> tensor<?x1xf32> {
  // expected-error@below {{'ann.spread' must be a number}}
  %0 = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] {ann.spread = "wide"} : (tensor<?x3xf32>) -> tensor<?x1xf32>
  return %0 : tensor<?x1xf32>
}

// -----
func.func @saturation(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{'ann.saturation' must be two steps of at least 0 on an 'ann.clip'}}
  %0 = ann.clip %x min = 0.0 {ann.saturation = array<f64: 1.0>} : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----
func.func @raised(%x: tensor<?x2xf32>, %w: tensor<1x1x2xf32>) -> tensor<1x?x2xf32> {
  // expected-error@below {{must keep the dynamic batch in its place, found ?x2 and 1x1x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.add %x, %w : (tensor<?x2xf32>, tensor<1x1x2xf32>) -> tensor<1x?x2xf32>
  return %0 : tensor<1x?x2xf32>
}

// -----
func.func @fixed(%x: tensor<?x2xf32>, %w: tensor<3x2xf32>) -> tensor<3x2xf32> {
  // expected-error@below {{must keep the dynamic batch in its place, found ?x2 and 3x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.mul %x, %w : (tensor<?x2xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
  return %0 : tensor<3x2xf32>
}

// -----
func.func @product(%x: tensor<?x2xf32>, %w: tensor<3x2x2xf32>) -> tensor<3x?x2xf32> {
  // expected-error@below {{must keep the dynamic batch in its place, found ?x2 and 3x2x2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.matmul %x, %w : (tensor<?x2xf32>, tensor<3x2x2xf32>) -> tensor<3x?x2xf32>
  return %0 : tensor<3x?x2xf32>
}
