// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-fuse-maps))" --split-input-file | FileCheck %s

// Tests that a flatten before a matrix costs nothing: the map is the matrix's, and the rows of its weights are in the order
// of the stream in memory (channels last), which no element has to be moved for.

// CHECK-LABEL: exec.program @flatten
// CHECK-NOT: exec.pass
// CHECK: exec.deliver %[[S:.*]] -> %{{.*}} through (#exec.gemm<shift = 0>)
// CHECK-SAME{LITERAL}: weights dense<[[1], [3], [2], [4]]> : tensor<4x1xi8> map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[4]>]
// CHECK-NOT: exec.deliver
exec.program @flatten model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<4xi32>
  %b = exec.buffer "b" for "sums" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x1x2, graded, fixed>
  exec.deliver %s -> %a map [#exec.reshape<[4]>] : !snn.spikes<2x1x2, graded, fixed>, memref<4xi32>
  %c = exec.pass %a : memref<4xi32> -> !snn.current<4, fixed>
  exec.deliver %c -> %b through (#exec.gemm<shift = 0>) weights dense<[[1], [2], [3], [4]]> : tensor<4x1xi8>
    : !snn.current<4, fixed>, memref<1xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1xi32>
}

// -----

// Tests that maps behind one another are one, whose factors count for the elements of the stream, and that steps that come
// to nothing are dropped.

// CHECK-LABEL: exec.program @chain
// CHECK: exec.deliver %{{.*}} -> %{{.*}} map [#exec.slice<starts = [0, 1], sizes = [2, 1], steps = [1, 1]>, #exec.pad<[0, 0, 0, 1]>]
// CHECK-SAME{LITERAL}: factors dense<[[0, 6], [0, 10]]> : tensor<2x2xi32>
// CHECK-NOT: exec.deliver
exec.program @chain model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x1xi32>
  %c = exec.buffer "c" for "sums" : memref<2x1xi32>
  %d = exec.buffer "d" for "sums" : memref<2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<2x2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2, graded, fixed>
  exec.deliver %s -> %a map [#exec.slice<starts = [0, 1], sizes = [2, 1], steps = [1, 1]>] factors dense<2> : tensor<1xi32>
    : !snn.spikes<2x2, graded, fixed>, memref<2x1xi32>
  %p = exec.pass %a : memref<2x1xi32> -> !snn.current<2x1, fixed>
  exec.deliver %p -> %c factors dense<[[3], [5]]> : tensor<2x1xi32> : !snn.current<2x1, fixed>, memref<2x1xi32>
  %q = exec.pass %c : memref<2x1xi32> -> !snn.current<2x1, fixed>
  exec.deliver %q -> %d map [#exec.pad<[0, 0, 0, 1]>] : !snn.current<2x1, fixed>, memref<2x2xi32>
  %r = exec.pass %d : memref<2x2xi32> -> !snn.current<2x2, fixed>
  exec.deliver %r -> %b map [#exec.transpose<[1, 0]>, #exec.transpose<[1, 0]>] : !snn.current<2x2, fixed>, memref<2x2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2x2xi32>
}

// -----

// Tests that each part of a concatenation goes straight to a window that reads it, with the map before it.

// CHECK-LABEL: exec.program @concat
// CHECK: exec.deliver %[[S:.*]] -> %[[B:.*]] through (#exec.conv<{{.*}}>) weights {{.*}} map [#exec.insert<axis = 0, offset = 0, size = 2>]
// CHECK: exec.deliver %[[S]] -> %[[B]] through (#exec.conv<{{.*}}>) weights {{.*}} map [#exec.insert<axis = 0, offset = 1, size = 2>]
// CHECK-NOT: exec.deliver
exec.program @concat model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<1x2x2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<1x2x2, graded, fixed>
  exec.deliver %s -> %a map [#exec.insert<axis = 0, offset = 0, size = 2>] : !snn.spikes<1x2x2, graded, fixed>, memref<2x2x2xi32>
  exec.deliver %s -> %a map [#exec.insert<axis = 0, offset = 1, size = 2>] : !snn.spikes<1x2x2, graded, fixed>, memref<2x2x2xi32>
  %c = exec.pass %a : memref<2x2x2xi32> -> !snn.current<2x2x2, fixed>
  exec.deliver %c -> %b through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<1x2x3x3xi8> : !snn.current<2x2x2, fixed>, memref<1x2x2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1x2x2xi32>
}

// -----

// Tests what stays: sums of two streams at one place, which are one event behind them; copies before a synapse; and
// sums that something else than a delivery reads.

// CHECK-LABEL: exec.program @stays
// CHECK-COUNT-2: exec.deliver %{{.*}} -> %[[A:.*]] : !snn.spikes
// CHECK: %[[C:.*]] = exec.pass %[[A]]
// CHECK: exec.deliver %[[C]] -> %[[D:.*]] map [#exec.gather<axis = 0, indices = [0, 0]>]
// CHECK: %[[E:.*]] = exec.pass %[[D]]
// CHECK: exec.deliver %[[E]] -> %{{.*}} through
exec.program @stays model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  %c = exec.pass %a : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %c -> %d map [#exec.gather<axis = 0, indices = [0, 0]>] : !snn.current<2, fixed>, memref<2xi32>
  %e = exec.pass %d : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %e -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x1xi8>
    : !snn.current<2, fixed>, memref<1xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1xi32>
}

// -----

// Tests that a map that two windows read stays, and that one which moves nothing in memory goes to both.

// CHECK-LABEL: exec.program @several_readers
// CHECK: exec.deliver %[[S:.*]] -> %[[A:.*]] map [#exec.transpose<[0, 2, 1]>]
// CHECK-NEXT: %[[C:.*]] = exec.pass %[[A]]
// CHECK-COUNT-2: exec.deliver %[[C]] -> %{{.*}} through (#exec.conv
// CHECK-NOT: exec.pass
// CHECK-COUNT-2: exec.deliver %[[S]] -> %{{.*}} through (#exec.pool{{.*}} map [#exec.reshape<[1, 4]>]
exec.program @several_readers model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<1x2x2xi32>
  %d = exec.buffer "d" for "sums" : memref<1x4xi32>
  %e = exec.buffer "e" for "sums" : memref<1x4xi32>
  %b = exec.buffer "b" for "sums" : memref<1x2x2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<1x2x2, graded, fixed>
  exec.deliver %s -> %a map [#exec.transpose<[0, 2, 1]>] : !snn.spikes<1x2x2, graded, fixed>, memref<1x2x2xi32>
  %c = exec.pass %a : memref<1x2x2xi32> -> !snn.current<1x2x2, fixed>
  exec.deliver %c -> %b through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<1x1x3x3xi8> : !snn.current<1x2x2, fixed>, memref<1x2x2xi32>
  exec.deliver %c -> %b through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<1x1x1x1xi8> : !snn.current<1x2x2, fixed>, memref<1x2x2xi32>
  exec.deliver %s -> %d map [#exec.reshape<[1, 4]>] : !snn.spikes<1x2x2, graded, fixed>, memref<1x4xi32>
  %f = exec.pass %d : memref<1x4xi32> -> !snn.current<1x4, fixed>
  exec.deliver %f -> %e through (#exec.pool<kernel = [3], strides = [1], pads = [1, 1], count_include_pad = true>)
    : !snn.current<1x4, fixed>, memref<1x4xi32>
  exec.deliver %f -> %e through (#exec.pool<kernel = [1], strides = [1], pads = [0, 0], count_include_pad = true>)
    : !snn.current<1x4, fixed>, memref<1x4xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1x2x2xi32>
}
