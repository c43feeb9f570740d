// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=layers}))" --verify-diagnostics

// Tests that the events of a neuron in all steps must fit in 32 bits.
// expected-error@below {{layer 'fire': the events of a neuron in all its steps take 34 bits, more than 32; use fewer steps or the order of steps}}
exec.program @many model "net" steps 17 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<8xi32>
  %p = exec.buffer "p" for "sums" : memref<8xi32>
  %x = exec.buffer "x" for "sums" : memref<8xi32>
  %y = exec.buffer "y" for "sums" : memref<8xi32>
  %b = exec.buffer "b" for "sums" : memref<8xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1, 1, 1, 1, 1, 1, 1], offsets = [0, 0, 0, 0, 0, 0, 0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<8, graded, fixed>
    exec.yield %e : !snn.spikes<8, graded, fixed>
  } -> !snn.spikes<8, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a : !snn.spikes<8, graded, fixed>, memref<8xi32>
    %f = exec.fire relu(%a : memref<8xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 16, event_fraction = 8,
      operand_fraction = 12, steps = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], zones = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<8, ternary, fixed>
    exec.yield %f : !snn.spikes<8, ternary, fixed>
  } -> !snn.spikes<8, ternary, fixed>
  %c = exec.layer @mean {
    exec.deliver %t -> %p : !snn.spikes<8, ternary, fixed>, memref<8xi32>
    %g = exec.pass %p : memref<8xi32> -> !snn.current<8, fixed>
    exec.yield %g : !snn.current<8, fixed>
  } -> !snn.current<8, fixed>
  exec.layer @product {
    exec.deliver %c -> %x : !snn.current<8, fixed>, memref<8xi32>
    exec.deliver %t -> %y : !snn.spikes<8, ternary, fixed>, memref<8xi32>
    exec.multiply %x, %y -> %b elementwise starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
      : memref<8xi32>, memref<8xi32>, memref<8xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<8xi32>
    exec.yield
  }
}
