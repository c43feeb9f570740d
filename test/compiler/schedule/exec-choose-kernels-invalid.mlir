// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels))" --split-input-file --verify-diagnostics

// Tests what no kernel does.
exec.program @wide_weights model "net" steps 2 inputs [] outputs [] {
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has no kernel: its weights have more than 8 bits}}
  exec.deliver %s -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi16> : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}

// -----

exec.program @copied model "net" steps 2 inputs [] outputs [] {
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has no kernel: its map copies elements before a synapse}}
  exec.deliver %s -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi8> map [#exec.gather<axis = 0, indices = [1, 1]>]
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
