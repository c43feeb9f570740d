// RUN: snn-opt %s --allow-unregistered-dialect --split-input-file --verify-diagnostics

// Tests what programs, buffers and layers must be.
// expected-error@below {{has 0 encoders; a network has one input}}
exec.program @no_input model "net" steps 2 inputs [] outputs [] {
}

// -----

// expected-error@below {{has an output of decoder 0, but 0 decoders}}
exec.program @no_decoder model "net" steps 2 inputs [] outputs [#exec.output<"y", 0, "">] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @foreign model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has no place in a program: buffers, layers and tasks do}}
  %c = arith.constant 1 : i32
}

// -----

exec.program @overlap model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" live [0, 1] at 0 : memref<2xi32>
  %c = exec.buffer "c" for "other elements lie apart" live [0, 1] at 0 : memref<2xi16>
  %d = exec.buffer "d" for "a later layer" live [2, 2] at 0 : memref<2xi32>
  // expected-error@below {{lies where 'a' does, which layers need at the same time}}
  %b = exec.buffer "b" for "sums" live [1, 2] at 1 : memref<2xi32>
}

// -----

exec.program @no_slot model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has at least one slot, found 0}}
  %a = exec.buffer "a" for "sums" slots 0 : memref<2xi32>
}

// -----

exec.program @backwards model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has a range or life that is not a first and a last number}}
  %a = exec.buffer "a" for "sums" live [2, 1] : memref<2xi32>
}

// -----

exec.program @range_of_one model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has a range or life that is not a first and a last number}}
  %a = exec.buffer "a" for "sums" range [2] : memref<2xi32>
}

// -----

exec.program @before_memory model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{lies at place 0 or behind it, found -1}}
  %a = exec.buffer "a" for "sums" at -1 : memref<2xi32>
}

// -----

exec.program @no_yield model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{must end in exec.yield}}
  exec.layer @l {
    "elsewhere.end"() : () -> ()
  }
}

// -----

exec.program @yields_nothing model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{yields another stream than its result}}
  %c = exec.layer @l {
    exec.yield
  } -> !snn.current<2, fixed>
}

// -----

exec.program @yields_what_it_gets model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{yields a stream that is not of one of its tasks}}
  %c = exec.layer @l {
    exec.yield %s : !snn.spikes<2, graded, fixed>
  } -> !snn.spikes<2, graded, fixed>
}

// -----

exec.program @foreign_in_layer model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.layer @l {
    // expected-error@below {{has no place in a layer: tasks do}}
    %c = arith.constant 1 : i32
    exec.yield
  }
}

// -----

// expected-error@below {{takes updates layer by layer, not step by step}}
exec.program @updates_by_step model "net" steps 2 inputs [] outputs [] updates order steps arena [0, 0] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}
