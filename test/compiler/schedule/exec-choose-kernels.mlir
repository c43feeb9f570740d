// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels))" | FileCheck %s

// Tests which kernel takes the events of each kind of delivery.

// CHECK-LABEL: exec.program @kernels
exec.program @kernels model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<2x2x2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<1x2x2, graded, fixed>
  // CHECK: by map
  exec.deliver %s -> %a map [#exec.insert<axis = 0, offset = 1, size = 2>] : !snn.spikes<1x2x2, graded, fixed>, memref<2x2x2xi32>
  // CHECK: by copy
  exec.deliver %s -> %a map [#exec.gather<axis = 0, indices = [0, 0]>] : !snn.spikes<1x2x2, graded, fixed>, memref<2x2x2xi32>
  %c = exec.pass %a : memref<2x2x2xi32> -> !snn.current<2x2x2, fixed>
  // CHECK: by pool
  exec.deliver %c -> %b through (#exec.pool<kernel = [2, 2], strides = [1, 1], pads = [1, 1, 0, 0], count_include_pad = false>)
    : !snn.current<2x2x2, fixed>, memref<2x2x2xi32>
  // CHECK: by gemm
  exec.deliver %c -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi8> : !snn.current<2x2x2, fixed>, memref<2x2x2xi32>
  // A window of a single place is a row of weights.
  // CHECK: by gemm
  exec.deliver %c -> %b through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<2x2x1x1xi8> : !snn.current<2x2x2, fixed>, memref<2x2x2xi32>
  // One of a part of the channels is not.
  // CHECK: by conv
  exec.deliver %c -> %b through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 2, shift = 0>)
    weights dense<1> : tensor<2x1x1x1xi8> : !snn.current<2x2x2, fixed>, memref<2x2x2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2x2x2xi32>
}

// The bits that weights are stored in, where they are not to be kept.
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{weights=fewest}))" | FileCheck %s --check-prefix=FEWEST
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{weights=bytes}))" | FileCheck %s --check-prefix=BYTES
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{weights=many}))" 2>&1 | FileCheck %s --check-prefix=MANY
// MANY: weights 'many' are not one of kept, bytes, fewest

// CHECK-LABEL: exec.program @weights
// FEWEST-LABEL: exec.program @weights
// BYTES-LABEL: exec.program @weights
exec.program @weights model "net" steps 2 inputs [] outputs [] {
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // CHECK: dense<{{\[\[}}1, -2], [0, 1]]> : tensor<2x2xi8>
  // FEWEST: dense<{{\[\[}}1, -2], [0, 1]]> : tensor<2x2xi2>
  // BYTES: dense<{{\[\[}}1, -2], [0, 1]]> : tensor<2x2xi8>
  exec.deliver %s -> %b through (#exec.gemm<shift = 0>) weights dense<[[1, -2], [0, 1]]> : tensor<2x2xi8>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: dense<{{\[\[}}1, 2], [0, -8]]> : tensor<2x2xi4>
  // FEWEST: dense<{{\[\[}}1, 2], [0, -8]]> : tensor<2x2xi4>
  // BYTES: dense<{{\[\[}}1, 2], [0, -8]]> : tensor<2x2xi8>
  exec.deliver %s -> %b through (#exec.gemm<shift = 0>) weights dense<[[1, 2], [0, -8]]> : tensor<2x2xi4>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // FEWEST: dense<{{\[\[}}1, 2], [0, 8]]> : tensor<2x2xi8>
  exec.deliver %s -> %b through (#exec.gemm<shift = 0>) weights dense<[[1, 2], [0, 8]]> : tensor<2x2xi8>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}

// By values, what lies where a kernel looks for it is gathered: from populations and the input, of windows without gaps.
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{order=values}))" | FileCheck %s --check-prefix=VALUES
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{order=all}))" 2>&1 | FileCheck %s --check-prefix=ORDER
// ORDER: order 'all' is not one of steps, layers, values

// VALUES-LABEL: exec.program @values
exec.program @values model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %e = exec.buffer "e" for "sums" : memref<8xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
  // VALUES: by gather_map
  exec.deliver %s -> %a factors dense<3> : tensor<1xi32> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // From another pixel, by tables of rows, columns and channels.
  // VALUES: by gather_move
  exec.deliver %s -> %a map [#exec.transpose<[1, 0, 2]>] : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // VALUES: by gather_conv
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // VALUES: by conv
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [2, 2, 2, 2], dilations = [2, 2], group = 1, shift = 0>)
    weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // VALUES: by gather_depthwise
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 2, shift = 0>)
    weights dense<1> : tensor<2x1x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // VALUES: by gather_gemm
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<2x2x1x1xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // Along the last of three dimensions, neighbours are channels apart.
  // VALUES: by gemm
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // VALUES: by gather_pool
  exec.deliver %s -> %a through (#exec.pool<kernel = [2, 2], strides = [1, 1], pads = [1, 1, 0, 0], count_include_pad = false>)
    : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
  // A vector has no rows and columns: its tables would be as large as what they lead to.
  // VALUES: by map
  exec.deliver %s -> %e map [#exec.reshape<[8]>] : !snn.spikes<2x2x2, graded, fixed>, memref<8xi32>
  // A matrix reads a stream as it lies in memory, whatever its shape.
  // VALUES: by gather_gemm
  exec.deliver %s -> %d through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x2xi8>
    map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, graded, fixed>, memref<2xi32>
  %c = exec.pass %a : memref<2x2x2xi32> -> !snn.current<2x2x2, fixed>
  // Sums that pass on are taken one by one.
  // VALUES: by gemm
  exec.deliver %c -> %d through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x2xi8> map [#exec.reshape<[8]>]
    : !snn.current<2x2x2, fixed>, memref<2xi32>
  exec.decode %d start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
