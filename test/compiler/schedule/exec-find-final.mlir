// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-find-final))" | FileCheck %s

// Tests which populations' trains follow from final sums, what they end within, and closed forms.

// CHECK-LABEL: exec.program @staged
exec.program @staged model "net" steps 12 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %c = exec.buffer "c" for "sums" : memref<2xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %e = exec.buffer "e" for "sums" : memref<2xi32>
  %f = exec.buffer "f" for "sums" : memref<2xi32>
  %g = exec.buffer "g" for "sums" range [0, 4000] : memref<2xi32>
  %h = exec.buffer "h" for "sums" : memref<2xi32>
  %i = exec.buffer "i" for "sums" : memref<2xi32>
  %j = exec.buffer "j" for "sums" : memref<2xi32>
  %l = exec.buffer "l" for "sums" : memref<2xi32>
  %p = exec.buffer "p" for "sums" : memref<2xi32>
  %o = exec.buffer "o" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // The input is all there in step 0. Steps of 4, 2 and 1 of 3 fraction bits, dead zones of two thirds: 0 to 7.
  // CHECK: exec.fire relu{{.*}} final [0, 7] closed [6, 216, 0, 42, 22] :
  %x = exec.fire relu(%a : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // It sends in steps 0, 1 and 2: in step 1 what it says is not final yet.
  exec.deliver %x -> %b : !snn.spikes<2, ternary, fixed>, memref<2xi32>
  // CHECK: exec.fire relu{{.*}} start 1
  // CHECK-NOT: final
  // CHECK-SAME: !snn.spikes
  %y = exec.fire relu(%b : memref<2xi32>) start 1 starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // In step 2 it is, and through sums that pass on. The sign code has no closed form.
  exec.deliver %x -> %p : !snn.spikes<2, ternary, fixed>, memref<2xi32>
  %q = exec.pass %p : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %q -> %c : !snn.current<2, fixed>, memref<2xi32>
  // CHECK: exec.fire relu{{.*}} start 2 {{.*}} final [-1, 7] :
  %z = exec.fire relu(%c : memref<2xi32>) start 2 starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, sign, fixed>
  // With 16-bit states each step rounds.
  exec.deliver %s -> %d : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire relu
  // CHECK-NOT: final
  // CHECK-SAME: !snn.spikes
  %u = exec.fire relu(%d : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 16, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // Outputs that start at 1 go to 0, or up to 8.
  exec.deliver %s -> %e : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire relu{{.*}} final [-1, 7] :
  %v = exec.fire relu(%e : memref<2xi32>) starts [dense<3> : tensor<1xi32>] initial dense<1> : tensor<1xi16> fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // The program ends in step 11, before its last step.
  exec.deliver %s -> %f : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire relu{{.*}} start 10
  // CHECK-NOT: final
  // CHECK-SAME: !snn.spikes
  %w = exec.fire relu(%f : memref<2xi32>) start 10 starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // Zones that are rounded coarsely: what neurons end at repeats late.
  exec.deliver %s -> %g : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire relu{{.*}} final [0, 127] periodic {{\[}}1, {{[0-9]+}}, 3, 
  %k = exec.fire relu(%g : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 7,
    operand_fraction = 8, steps = [64, 32, 16, 8, 4, 2, 1], zones = [84, 42, 21, 11, 5, 3, 1], shifts = [30],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  // A clip whose upper bounds, of 6 fraction bits, no neuron of 3 comes near is a relu.
  exec.deliver %s -> %h : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire clip{{.*}} final [0, 7] closed [6, 216, 0, 42, 22] :
  %h1 = exec.fire clip(%h : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>], lower = dense<0> : tensor<2xi16>, upper = dense<[60, 32767]> : tensor<2xi16>> : !snn.spikes<2, ternary, fixed>
  // One within reach ends earlier: it has a closed form where all neurons have it.
  exec.deliver %s -> %i : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire clip{{.*}} final [0, 4] closed [6, {{[0-9]+}}, 0, 42, 22] :
  %i1 = exec.fire clip(%i : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>], lower = dense<0> : tensor<2xi16>, upper = dense<32> : tensor<2xi16>> : !snn.spikes<2, ternary, fixed>
  // Else it has none, and ends between the outermost ones.
  exec.deliver %s -> %j : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire clip{{.*}} final [0, 7] :
  %j1 = exec.fire clip(%j : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>], lower = dense<0> : tensor<2xi16>, upper = dense<[32, 60]> : tensor<2xi16>> : !snn.spikes<2, ternary, fixed>
  // Nor has one that begins below 0.
  exec.deliver %s -> %l : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // CHECK: exec.fire clip{{.*}} final [-3, 7] :
  %l1 = exec.fire clip(%l : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34],
    multipliers = [dense<1000> : tensor<1xi32>], lower = dense<-24> : tensor<2xi16>, upper = dense<60> : tensor<2xi16>> : !snn.spikes<2, ternary, fixed>
  exec.decode %o start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
