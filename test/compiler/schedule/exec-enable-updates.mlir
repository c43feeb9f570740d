// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-enable-updates{input-threshold=0.25}))" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-enable-updates,exec-place-buffers))" | FileCheck %s --check-prefix=PLACED
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-enable-updates,exec-place-buffers{order=steps}))" 2>&1 | FileCheck %s --check-prefix=STEPS

// Tests that a program with updates says so, that thresholds are in units of the normalized input (0.25 is 1024 of 12 fraction
// bits, which count 3/4 and 1/2), and that states live through all layers: sums, outputs, what was sent of the input, and whom
// the next update compares. Events, changes and marks of an update share memory.

// CHECK: exec.program @follow model "net" steps 2 inputs [] outputs [] updates {
// CHECK: exec.encode direct fixed <{{.*}}> thresholds [768, 512] :
// CHECK: exec.fire relu({{.*}}) starts [{{.*}}] hysteresis 96 fixed <

// STEPS: updates run layer by layer, not step by step; use the order of layers

// PLACED: exec.program @follow {{.*}} updates order layers arena [
// PLACED-DAG: %[[SUMS:.*]] = exec.buffer "one__sums" for "sums of currents" range [-1000, 1000] live [0, 2]
// PLACED-DAG: %[[OUT:.*]] = exec.buffer "decode__sums" for "sums of currents" range [-1000, 1000] live [0, 2]
// PLACED-DAG: %[[VALUES:.*]] = exec.buffer "input_values" for "what has been sent of the input" live [0, 2] at {{.*}} : memref<2xi16>
// PLACED-DAG: %[[SENT:.*]] = exec.buffer "input_sent" for "what changed of the input" live [0, 1] at {{.*}} : memref<2xi32>
// PLACED-DAG: %[[MARKS:.*]] = exec.buffer "input_marks" for "elements that changed" live [0, 1] at {{.*}} : memref<1xi32>
// PLACED-DAG: %[[RESTLESS:.*]] = exec.buffer "one__restless" for "neurons to compare in the next update" live [0, 2] at {{.*}} : memref<1xi32>
// PLACED-DAG: %[[FIRED:.*]] = exec.buffer "one__sent" for "neurons that sent an event" live [1, 2] at {{.*}} : memref<1xi32>
// PLACED-DAG: %[[WORK:.*]] = exec.buffer "one__marks" for "neurons at work" live [1, 1] at {{.*}} : memref<3xi32>
// PLACED-DAG: %[[Y:.*]] = exec.buffer "one__y" for "outputs" live [0, 2] at {{.*}} : memref<2xi16>
// PLACED-DAG: %[[TRAIN:.*]] = exec.buffer "one__train" for "events of all steps" live [1, 2] at {{.*}} : memref<2xi16>
// PLACED: exec.encode direct {{.*}} thresholds [0, 0] values %[[VALUES]] : memref<2xi16> sent %[[SENT]] : memref<2xi32> marks %[[MARKS]] : memref<1xi32> :
// PLACED: exec.fire {{.*}} train outputs %[[Y]] : memref<2xi16> events %[[TRAIN]] : memref<2xi16> marks %[[RESTLESS]], %[[FIRED]], %[[WORK]] : memref<1xi32>, memref<1xi32>, memref<3xi32> :
exec.program @follow model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" range [-1000, 1000] : memref<2xi32>
  %b = exec.buffer "b" for "sums" range [-1000, 1000] : memref<2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [3, 2], offsets = [0, 0], shift = 2,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
    exec.yield %e : !snn.spikes<2, graded, fixed>
  } -> !snn.spikes<2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
    %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] hysteresis 96 fixed <state = 32, event_fraction = 8,
      operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2, ternary, fixed>
    exec.yield %f : !snn.spikes<2, ternary, fixed>
  } -> !snn.spikes<2, ternary, fixed>
  exec.layer @decode {
    exec.deliver %t -> %b : !snn.spikes<2, ternary, fixed>, memref<2xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<2xi32>
    exec.yield
  }
}
