// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input{form=int8}))" --verify-diagnostics

// Tests inputs that have no form of 8 bits.
exec.program @large model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{the input is so large that its integers are worth 4; it has no form of 8 bits}}
  %s = exec.encode direct fixed <raw = i16, raw_fraction = -2, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @small model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{the input stays within 8, and integers of 8 bits go to 128; calibrate on such integers, or take floats}}
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}
