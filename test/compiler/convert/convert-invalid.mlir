// RUN: snn-opt %s --convert-ann-to-snn --split-input-file --verify-diagnostics

func.func @not_decomposed(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
  // expected-error@below {{has no spiking form; converted operators are abs, add, average_pool, batch_norm, ceil, clip, concat, conv, conv_transpose, cos, div,}}
  %0 = ann.softmax %x axis = 1 : (tensor<?x4xf32>) -> tensor<?x4xf32>
  return %0 : tensor<?x4xf32>
}

// -----

func.func @constant_part(%x: tensor<1x4xf32>) -> tensor<1x6xf32> {
  %c = ann.constant dense<1.0> : tensor<1x2xf32>
  // expected-error@below {{joins a constant, which has no spiking form; pad the activation, and add the constant to it}}
  %0 = ann.concat %x, %c axis = 1 : (tensor<1x4xf32>, tensor<1x2xf32>) -> tensor<1x6xf32>
  return %0 : tensor<1x6xf32>
}

// -----

func.func @volume(%x: tensor<?x1x2x2x2xf32>) -> tensor<?x1x2x2x2xf32> {
  %w = ann.constant dense<1.0> : tensor<1x1x1x1x1xf32>
  // expected-error@below {{has 3 spatial dimensions; spiking convolutions have one or two}}
  %0 = ann.conv_transpose %x, %w strides = [1, 1, 1] pads = [0, 0, 0, 0, 0, 0] dilations = [1, 1, 1] output_padding = [0, 0, 0] : (tensor<?x1x2x2x2xf32>, tensor<1x1x1x1x1xf32>) -> tensor<?x1x2x2x2xf32>
  return %0 : tensor<?x1x2x2x2xf32>
}
