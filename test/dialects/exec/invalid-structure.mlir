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

// -----

exec.program @large_part model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has a part of 1 to 2 elements, found 3}}
  %a = exec.buffer "a" for "sums" part 3 : memref<2xi32>
}

// -----

exec.program @short_output model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{lies in the output, which has all of its elements, of 32 bits}}
  %a = exec.buffer "a" for "sums" in output : memref<2xi16>
}

// -----

// A window of three reads one pixel behind the one that is written: values that begin where the input does are written over what
// is still to be read.
exec.program @overwritten model "net" steps 2 inputs [] outputs [] order values arena [2, 0, 8] {
  %a = exec.buffer "a" for "sums" part 2 live [1, 1] at 0 : memref<2x1x3xi32>
  %b = exec.buffer "b" for "sums" part 2 live [2, 2] at 0 : memref<2x1x3xi32>
  %y = exec.buffer "y" for "values" range [0, 7] live [1, 2] at 0 : memref<2x1x3xui8>
  // expected-error@below {{lies where 'y' does, which layers need at the same time}}
  %z = exec.buffer "z" for "values" range [0, 7] live [2, 2] at 0 : memref<2x1x3xui8>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x1x3, graded, fixed>
    exec.yield %e : !snn.spikes<2x1x3, graded, fixed>
  } -> !snn.spikes<2x1x3, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a by gather_map : !snn.spikes<2x1x3, graded, fixed>, memref<2x1x3xi32>
    %f = exec.fire relu(%a : memref<2x1x3xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      final [0, 7] closed [6, 216, 0, 42, 22] values %y : memref<2x1x3xui8> : !snn.spikes<2x1x3, ternary, fixed>
    exec.yield %f : !snn.spikes<2x1x3, ternary, fixed>
  } -> !snn.spikes<2x1x3, ternary, fixed>
  %u = exec.layer @two {
    exec.deliver %t -> %b through (#exec.conv<strides = [1, 1], pads = [0, 1, 0, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x1x3xi8> by gather_conv : !snn.spikes<2x1x3, ternary, fixed>, memref<2x1x3xi32>
    %f = exec.fire relu(%b : memref<2x1x3xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      final [0, 7] closed [6, 216, 0, 42, 22] values %z : memref<2x1x3xui8> : !snn.spikes<2x1x3, ternary, fixed>
    exec.yield %f : !snn.spikes<2x1x3, ternary, fixed>
  } -> !snn.spikes<2x1x3, ternary, fixed>
}
