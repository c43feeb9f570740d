// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input{form=int8}))" | FileCheck %s
// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input{form=float}))" | FileCheck %s --check-prefix=FLOAT
// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input))" | FileCheck %s --check-prefix=ALONE
// RUN: not snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input{form=int4}))" 2>&1 | FileCheck %s --check-prefix=FORM
// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-form-input{form=int8},exec-form-layers,exec-choose-kernels{order=values},exec-place-buffers{order=values}))" | FileCheck %s --check-prefix=PLACED

// Tests in what form an input is given. One that is not raw is never read where it is.

// FORM: input form 'int4' is not one of raw, int8, float

// CHECK-LABEL: exec.program @input
// PLACED: exec.buffer "input_values"
exec.program @input model "net" steps 2 inputs [] outputs [] {
  // CHECK: exec.encode direct fixed <{{.*}}> as int8 : !snn
  // FLOAT: exec.encode direct fixed <{{.*}}> as float : !snn
  // ALONE: exec.encode direct fixed <{{.*}}> : !snn
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi8> : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
