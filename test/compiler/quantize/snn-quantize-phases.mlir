// RUN: snn-opt %s --snn-prepare-integers | FileCheck %s --check-prefix=PREPARED
// RUN: snn-opt %s --snn-prepare-integers --snn-choose-formats > %t-formats.mlir
// RUN: FileCheck %s --check-prefix=FORMATS < %t-formats.mlir
// RUN: snn-opt %t-formats.mlir | diff %t-formats.mlir -
// RUN: snn-opt %t-formats.mlir --snn-choose-formats | diff %t-formats.mlir -

// One phase after the other gives what the quantizer gives, through a file or not.
// RUN: snn-opt %t-formats.mlir --snn-convert-integers --snn-prove-sums > %t-integers.mlir
// RUN: FileCheck %s --check-prefix=INTEGERS < %t-integers.mlir
// RUN: snn-opt %s --snn-quantize | diff %t-integers.mlir -
// RUN: snn-opt %s --snn-prepare-integers --snn-choose-formats="weight-bits=4 state-bits=32 input=u8" --snn-convert-integers > %t-four.mlir
// RUN: snn-opt %s --snn-quantize="weight-bits=4 state-bits=32 input=u8" | diff %t-four.mlir -
// RUN: not diff %t-integers.mlir %t-four.mlir

// What is written decides: of other LSBs weights are other integers.
// RUN: sed 's/lsb = dense<\[1.93[^]]*\]>/lsb = dense<0.00012207031>/' %t-formats.mlir | snn-opt --snn-convert-integers | FileCheck %s --check-prefix=CHANGED

// What is not there, or not to be, is refused.
// RUN: not snn-opt %s --snn-choose-formats 2>&1 | FileCheck %s --check-prefix=UNPREPARED
// RUN: not snn-opt %t-formats.mlir --snn-prepare-integers 2>&1 | FileCheck %s --check-prefix=AGAIN
// RUN: not snn-opt %s --snn-prepare-integers --snn-convert-integers 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: sed '/snn.scale/s/, snn.format = {.*}}/}/' %t-formats.mlir > %t-part.mlir
// RUN: not snn-opt %t-part.mlir --snn-convert-integers 2>&1 | FileCheck %s --check-prefix=PART
// RUN: sed '/snn.scale/s/lsb = dense<\[.*\]>/lsb = dense<1.0>/' %t-formats.mlir > %t-unlike.mlir
// RUN: not snn-opt %t-unlike.mlir --snn-convert-integers 2>&1 | FileCheck %s --check-prefix=UNLIKE
// RUN: not snn-opt %s --snn-prove-sums 2>&1 | FileCheck %s --check-prefix=REAL
// RUN: not snn-opt %s --snn-prepare-integers --snn-choose-formats=sign-fraction=11 2>&1 | FileCheck %s --check-prefix=FRACTION

// UNPREPARED: error: 'snn.add' op is not prepared for integers; run --snn-prepare-integers
// AGAIN: error: 'snn.requantize' op is there already: the network is prepared for integers
// NONE: error: 'snn.encode' op has no 'snn.format'; run --snn-choose-formats on the whole network
// PART: error: 'snn.scale' op has no 'snn.format'; run --snn-choose-formats on the whole network
// UNLIKE: error: 'snn.add' op adds what does not count in its LSBs
// REAL: error: 'snn.encode' op gives a stream of real numbers: there is no sum of integers to prove
// FRACTION: error: sign-fraction is 12 or 10, found 11

// Tests that a shortcut gets a scale, and operands of a product requantizes, of which it is planned what they are to be.
// PREPARED: %[[S:.+]] = snn.neuron
// PREPARED: snn.requantize %[[S]] multipliers = dense<1> : tensor<1xi32> shift = 0 limit = 1 {snn.bits = 15 : i64, snn.shared_by = 3 : i64}
// PREPARED: %[[I:.+]] = snn.scale %[[S]], {{.*}} {snn.common = false}
// PREPARED: %[[A:.+]] = snn.add %{{.*}}, %[[I]] :
// PREPARED: snn.requantize %[[A]] {{.*}} {snn.bits = 15 : i64, snn.shared_by = 3 : i64}

// Tests that all that cannot be derived is written: how the input is read, steps and fraction bits, LSBs of sums.
// FORMATS: snn.encode {{.*}} {snn.format = {fixed = #snn.fixed_input<raw = i16, raw_fraction = 13, {{.*}} fraction = 12, event_fraction = 0, steps = []>}}
// FORMATS: snn.gemm {{.*}} {snn.format = {bits = 8 : i64, lsb = dense<[1.93{{.*}}E-6, 7.75{{.*}}E-6]> : tensor<2xf64>, shift = 0 : i64}}
// FORMATS: snn.neuron {{.*}} {snn.format = {align = 0 : i64, epsilon = 0 : i64, event_fraction = 4 : i64, input_fractions = array<i64: 10>, operand_fraction = 10 : i64, schedule = #snn.schedule<dyadic(0.5, 1), steps = 4>, state = 16 : i64, steps = array<i64: 8, 4, 2, 1>}}
// FORMATS: snn.requantize {{.*}} snn.format = {limit = 32767 : i64, lsb = dense<9.765625E-4> : tensor<1xf64>}
// FORMATS: snn.gemm {{.*}} {snn.format = {bits = 8 : i64, lsb = dense<[[LSB:.*]]> : tensor<2xf64>, shift = 4 : i64}}
// FORMATS: snn.scale {{.*}} snn.format = {lsb = dense<[[LSB]]> : tensor<2xf64>}}
// FORMATS: snn.add {{.*}} {snn.format = {lsb = dense<[[LSB]]> : tensor<2xf64>}}
// FORMATS: snn.mul %{{[0-9]+}}, %{{[0-9]+}} : (!snn.current<2>, !snn.current<2>)

// INTEGERS-DAG: dense<{{\[}}[126, 63], [-63, -126]]> : tensor<2x2xi8>
// INTEGERS-DAG: dense<[2016, 504]> : tensor<2xi16>
// INTEGERS-NOT: snn.format
// CHANGED-DAG: dense<{{\[}}[2, 4], [-1, -8]]> : tensor<2x2xi8>
func.func @net(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct std [2.0, 2.0] : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded>, tensor<2x2xf32>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> range dense<2.0> : tensor<1xf32> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %f = snn.gemm %s, %w : (!snn.spikes<2, ternary>, tensor<2x2xf32>) -> !snn.current<2>
  %a = snn.add %f, %s : (!snn.current<2>, !snn.spikes<2, ternary>) -> !snn.current<2>
  %p = snn.mul %a, %s : (!snn.current<2>, !snn.spikes<2, ternary>) -> !snn.current<2>
  %y = snn.decode %p : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
