// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-enable-updates))" --split-input-file --verify-diagnostics
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-enable-updates{input-threshold=-1}))" --split-input-file 2>&1 | FileCheck %s

// Tests what keeps a program from taking updates.

// CHECK: needs an input threshold that is finite and at least 0, found -1

exec.program @float model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{takes no updates: only the direct code sends just what changed}}
  %s = exec.encode float fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 8, steps = [128, 64]> : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @sign model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // expected-error@below {{takes no updates: with the sign code it is never silent}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, sign, fixed>
}

// -----

exec.program @short_state model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // expected-error@below {{takes no updates: estimates of 16 bits round every change (--state-bits 32)}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 16, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @cut_off model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // expected-error@below {{takes no updates: its schedule ends after 3 time steps, and the program after 2}}
  %f = exec.fire relu(%a : memref<2xi32>) start 1 starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @large_sums model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{'a' takes no updates: its sums may change by more than 32 bits hold}}
  %a = exec.buffer "a" for "sums" range [-1073741824, 1073741824] : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}

// -----

// expected-error@below {{has places for its buffers already; updates come before them}}
exec.program @placed model "net" steps 2 inputs [] outputs [] order layers arena [0, 0] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}
