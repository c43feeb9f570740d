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
