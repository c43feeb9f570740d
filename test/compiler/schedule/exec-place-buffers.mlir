// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=layers}))" | FileCheck %s --check-prefixes=CHECK,LAYERS
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=steps}))" | FileCheck %s --check-prefixes=CHECK,STEPS
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers))" | FileCheck %s --check-prefixes=CHECK,LAYERS
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=steps short-indices=8}))" | FileCheck %s --check-prefix=WIDE
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=both}))" 2>&1 | FileCheck %s --check-prefix=BOTH
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-place-buffers{order=layers}))" -o %t
// RUN: not snn-opt %t --pass-pipeline="builtin.module(exec.program(exec-place-buffers))" 2>&1 | FileCheck %s --check-prefix=AGAIN

// Tests the buffers of both orders, how long they live, and that those which no layer needs together share memory. Layer by
// layer, sums that pass on have a slot for each of three steps, and events a train; step by step, events are a list and all
// state is live. Factors of a product that fit in 16 bits take 16. Layer by layer, outputs are added up where they are given.

// BOTH: order 'both' is not one of steps, layers, values, auto
// AGAIN: needs layers, and buffers that have no place yet

// CHECK-LABEL: exec.program @place
// LAYERS-SAME: order layers arena [40, 24]
// STEPS-SAME: order steps arena [32, 48]
// LAYERS-DAG: exec.buffer "one__sums" for "sums of currents" live [1, 1] at 0 : memref<8xi32>
// STEPS-DAG: exec.buffer "one__sums" for "sums of currents" live [1, 1] at 0 : memref<8xi32>
// LAYERS-DAG: exec.buffer "mean__passed" for "sums of all steps that pass on" slots 3 live [2, 3] at 0 : memref<8xi32>
// STEPS-DAG: exec.buffer "mean__passed" for "sums that pass on" live [2, 3] at 0 : memref<8xi32>
// LAYERS-DAG: exec.buffer "product__sums3" for "sums of currents" live [3, 3] in output at 0
// STEPS-DAG: exec.buffer "product__sums3" for "sums of currents" live [0, 3]
// LAYERS-DAG: exec.buffer "input_values" for "the input, normalized" live [0, 1] at 0 : memref<8xi16>
// LAYERS-DAG: exec.buffer "one__train" for "events of all steps" live [1, 3] at 8 : memref<8xi16>
// STEPS-DAG: exec.buffer "one__events" for "events of a step" live [1, 3] at 8 : memref<8xi16>
// STEPS-DAG: exec.buffer "one__y" for "outputs" live [0, 3]
// LAYERS-DAG: exec.buffer "product__factors" for "what changes have added up to" range [-99, 99] live [3, 3] at 0 : memref<8xi16>
// LAYERS: exec.fire {{.*}} train estimates %{{.*}} : memref<8xi16> events %{{.*}} : memref<8xi16> : !snn
// STEPS: exec.fire {{.*}}> estimates %{{.*}} : memref<8xi16> outputs %{{.*}} : memref<8xi16> events
// CHECK: exec.multiply {{.*}} kept %{{.*}}, %{{.*}} : memref<8xi16>, memref<8xi16> :

// Eight elements are more than a list numbers, whose greatest number means nowhere.
// WIDE: exec.buffer "one__train" for "events of all steps" live [0, 3]
exec.program @place model "net" steps 3 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<8xi32>
  %p = exec.buffer "p" for "sums" : memref<8xi32>
  %x = exec.buffer "x" for "sums" range [-99, 99] : memref<8xi32>
  %y = exec.buffer "y" for "sums" range [-32767, 32767] : memref<8xi32>
  %b = exec.buffer "b" for "sums" : memref<8xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1, 1, 1, 1, 1, 1, 1], offsets = [0, 0, 0, 0, 0, 0, 0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<8, graded, fixed>
    exec.yield %e : !snn.spikes<8, graded, fixed>
  } -> !snn.spikes<8, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a : !snn.spikes<8, graded, fixed>, memref<8xi32>
    %f = exec.fire relu(%a : memref<8xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 16, event_fraction = 8,
      operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
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
