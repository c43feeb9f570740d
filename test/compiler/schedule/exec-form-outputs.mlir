// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=int8 fractions=5,3}))" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=int8 fractions=4}))" | FileCheck %s --check-prefix=ALL
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=class}))" | FileCheck %s --check-prefix=CLASS
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs))" | FileCheck %s --check-prefix=ALONE
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=int4}))" 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=int8}))" 2>&1 | FileCheck %s --check-prefix=COUNT
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=class fractions=1}))" 2>&1 | FileCheck %s --check-prefix=MANY
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-outputs{form=int8 fractions=13}))" 2>&1 | FileCheck %s --check-prefix=MORE

// Tests what is given of outputs.

// FORM: output form 'int4' is not one of int32, int8, class
// COUNT: has 2 outputs, and 0 numbers of fraction bits
// MANY: has 2 outputs, and 1 numbers of fraction bits
// MORE: the output has 12 fraction bits; of 8 bits it may have up to 31 fewer, and no more, not 13

// CHECK-LABEL: exec.program @outputs
exec.program @outputs model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // CHECK: exec.decode {{.*}}> as int8 drop 7 : memref<2xi32>
  // ALL: exec.decode {{.*}}> as int8 drop 8 : memref<2xi32>
  // CLASS: exec.decode {{.*}}> as class : memref<2xi32>
  // ALONE: exec.decode {{.*}}> : memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
  // CHECK: exec.decode {{.*}}> as int8 drop 13 : memref<2xi32>
  // ALL: exec.decode {{.*}}> as int8 drop 12 : memref<2xi32>
  // CLASS: exec.decode {{.*}}> as class : memref<2xi32>
  // ALONE: exec.decode {{.*}}> : memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 16, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
