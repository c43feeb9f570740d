// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-prove-ranges))" --verify-diagnostics

// Tests that sums that may not fit are refused: 2^15 times 32767 do, and three times as much does not.
exec.program @fits model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<1xi32>
  %b = exec.buffer "b" for "sums" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<1, graded, fixed>
  exec.deliver %s -> %a factors dense<32767> : tensor<1xi32> : !snn.spikes<1, graded, fixed>, memref<1xi32>
  %c = exec.pass %a : memref<1xi32> -> !snn.current<1, fixed>
  // expected-error@below {{'deliver' has sums that may not fit in 32 bits}}
  exec.deliver %c -> %b factors dense<3> : tensor<1xi32> : !snn.current<1, fixed>, memref<1xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1xi32>
}
