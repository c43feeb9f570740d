// RUN: snn-opt %s --split-input-file --verify-diagnostics

func.func @clip_bounds(%x: tensor<?x4xf32>) {
  // expected-error@below {{min must not exceed max, found 2 and 1}}
  %0 = ann.clip %x min = 2.0 max = 1.0 : tensor<?x4xf32>
  return
}

// -----

func.func @gelu_form(%x: tensor<?x4xf32>) {
  // expected-error@+2 {{expected ::snnc::ann::GeluForm to be one of: none, tanh}}
  // expected-error@below {{failed to parse}}
  %0 = ann.gelu %x approximate = fast : tensor<?x4xf32>
  return
}

// -----

func.func @element_type(%x: tensor<?x4xi32>) {
  // expected-error@below {{operand #0 must be ranked tensor of 32-bit float or 64-bit float values, but got 'tensor<?x4xi32>'}}
  %0 = ann.sigmoid %x : tensor<?x4xi32>
  return
}

// -----

func.func @prelu_slope(%x: tensor<?x4x3x3xf32>, %s: tensor<5xf32>) {
  // expected-error@+2 {{slope 5 does not broadcast to the input ?x4x3x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.prelu %x, %s : (tensor<?x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @sub_shapes(%x: tensor<?x4x3x3xf32>, %s: tensor<5xf32>) {
  // expected-error@+2 {{operands must broadcast, found ?x4x3x3 and 5}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.sub %x, %s : (tensor<?x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @mul_shapes(%x: tensor<?x4x3x3xf32>, %s: tensor<5xf32>) {
  // expected-error@+2 {{operands must broadcast, found ?x4x3x3 and 5}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.mul %x, %s : (tensor<?x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @div_shapes(%x: tensor<?x4x3x3xf32>, %s: tensor<5xf32>) {
  // expected-error@+2 {{operands must broadcast, found ?x4x3x3 and 5}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.div %x, %s : (tensor<?x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @min_shapes(%x: tensor<?x4x3x3xf32>, %s: tensor<5xf32>) {
  // expected-error@+2 {{operands must broadcast, found ?x4x3x3 and 5}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.min %x, %s : (tensor<?x4x3x3xf32>, tensor<5xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @layer_norm_axis(%x: tensor<?x4x3x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+2 {{axis must be between 0 and 3, found 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.layer_norm %x, %s axis = 4 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @layer_norm_batch(%x: tensor<?x4x3x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+2 {{normalizes over a dynamic dimension of ?x4x3x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.layer_norm %x, %s axis = 0 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @layer_norm_scale(%x: tensor<?x4x3x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+2 {{scale must have the shape 3x3, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.layer_norm %x, %s axis = 2 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @layer_norm_bias(%x: tensor<?x4x3x3xf32>, %s: tensor<3xf32>, %b: tensor<4xf32>) {
  // expected-error@+2 {{bias must have the shape 3, found 4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.layer_norm %x, %s bias %b axis = 3 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<3xf32>, tensor<4xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @instance_norm_rank(%x: tensor<?x4xf32>, %s: tensor<4xf32>) {
  // expected-error@+2 {{input must have 3 dimensions or more (batch, channels, spatial), found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.instance_norm %x, %s, %s epsilon = 1.0e-5 : (tensor<?x4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @instance_norm_scale(%x: tensor<?x4x3x3xf32>, %s: tensor<3xf32>) {
  // expected-error@+2 {{scale must have the shape 4, found 3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.instance_norm %x, %s, %s epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<3xf32>, tensor<3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @group_norm_groups(%x: tensor<?x4x3x3xf32>, %s: tensor<4xf32>) {
  // expected-error@+2 {{4 channels cannot be shared by 3 groups}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.group_norm %x, %s, %s num_groups = 3 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @group_norm_bias(%x: tensor<?x4x3x3xf32>, %s: tensor<4xf32>, %b: tensor<2xf32>) {
  // expected-error@+2 {{bias must have the shape 4, found 2}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.group_norm %x, %s, %b num_groups = 2 epsilon = 1.0e-5 : (tensor<?x4x3x3xf32>, tensor<4xf32>, tensor<2xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @softmax_axis(%x: tensor<?x4x3x3xf32>) {
  // expected-error@+2 {{axis 0 is not a static dimension of ?x4x3x3}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.softmax %x axis = 0 : (tensor<?x4x3x3xf32>) -> tensor<?x4x3x3xf32>
  return
}

// -----

func.func @log_softmax_axis(%x: tensor<?x4xf32>) {
  // expected-error@+2 {{axis 2 is not a static dimension of ?x4}}
  // expected-error@below {{failed to infer returned types}}
  %0 = ann.log_softmax %x axis = 2 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return
}

// -----

func.func @shrink(%x: tensor<?x4xf32>) {
  // expected-error@below {{lambda must be at least 0, found -0.5}}
  %0 = ann.shrink %x lambda = -0.5 bias = 0.0 : tensor<?x4xf32>
  return
}
