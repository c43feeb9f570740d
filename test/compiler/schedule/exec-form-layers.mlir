// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-layers))" | FileCheck %s

// Tests that tasks are with the one source of events that they lead to; that sums that two layers read are a layer; and that
// layers have names of C, each its own.

// CHECK-LABEL: exec.program @layers
// CHECK: %[[S:.*]] = exec.layer @encode {
// CHECK: %[[F:.*]] = exec.layer @a_relu {
// CHECK-NEXT: exec.deliver %[[S]]
// CHECK-NEXT: %[[P:.*]] = exec.fire
// CHECK-NEXT: exec.yield %[[P]]
// CHECK: %[[C:.*]] = exec.layer @pass {
// CHECK-NEXT: exec.deliver %[[F]]
// CHECK-NEXT: exec.pass
// CHECK: exec.layer @a_relu_2 {
// CHECK-NEXT: exec.deliver %[[C]]
// CHECK: exec.layer @decode {
// CHECK-NEXT: exec.deliver %[[C]]
// CHECK-NEXT: exec.deliver
// CHECK-NEXT: %[[Q:.*]] = exec.pass
// CHECK-NEXT: exec.deliver %[[Q]]
// CHECK-NEXT: exec.decode
// CHECK-NEXT: exec.yield{{$}}
exec.program @layers model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %p = exec.buffer "p" for "sums" : memref<2xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %q = exec.buffer "q" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed> loc("/a/relu")
  exec.deliver %f -> %p : !snn.spikes<2, ternary, fixed>, memref<2xi32>
  %c = exec.pass %p : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %c -> %d : !snn.current<2, fixed>, memref<2xi32>
  %g = exec.fire relu(%d : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed> loc("a.relu")
  exec.deliver %c -> %q : !snn.current<2, fixed>, memref<2xi32>
  exec.deliver %g -> %q : !snn.spikes<2, ternary, fixed>, memref<2xi32>
  %r = exec.pass %q : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %r -> %b : !snn.current<2, fixed>, memref<2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
