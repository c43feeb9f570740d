// RUN: %python %inputs/write_npy.py %t.npy 4,2  1 -3  2 0.5  4 1  1 1
// RUN: snn-opt %s --snn-observe=data=%t.npy > %t.mlir
// RUN: FileCheck %s < %t.mlir
// RUN: snn-opt %t.mlir | diff %t.mlir -
// RUN: snn-opt %s --snn-observe="data=%t.npy limit=2" | FileCheck %s --check-prefix=LIMIT

// What the quantizer finds is what it sees itself, with headroom as well.
// RUN: snn-opt %t.mlir --snn-quantize | FileCheck %s --check-prefix=FORMATS
// RUN: snn-opt %s --snn-quantize=data=%t.npy | FileCheck %s --check-prefix=FORMATS
// RUN: snn-opt %s --snn-quantize | FileCheck %s --check-prefix=USUAL
// RUN: snn-opt %s --snn-quantize=data=%t.npy > %t-integers.mlir
// RUN: snn-opt %t.mlir --snn-quantize | diff %t-integers.mlir -
// RUN: snn-opt %t.mlir --snn-prepare-integers --snn-choose-formats | snn-opt --snn-convert-integers | diff %t-integers.mlir -
// RUN: snn-opt %s --snn-observe="data=%t.npy headroom=2" --snn-quantize="headroom=2 input-headroom=4" | FileCheck %s --check-prefix=HEADROOM
// RUN: snn-opt %s --snn-quantize="data=%t.npy headroom=2 input-headroom=4" | FileCheck %s --check-prefix=HEADROOM

// RUN: not snn-opt %t.mlir --snn-quantize="headroom=2 input-headroom=4" 2>&1 | FileCheck %s --check-prefix=OTHER

// What some know and others do not is refused, and so is nothing to see.
// RUN: sed '/snn.encode/s/snn.observed/other/' %t.mlir > %t-part.mlir
// RUN: not snn-opt %t-part.mlir --snn-quantize 2>&1 | FileCheck %s --check-prefix=PART
// RUN: sed '/snn.gemm/s/snn.moments/other/' %t.mlir > %t-moments.mlir
// RUN: not snn-opt %t-moments.mlir --snn-quantize 2>&1 | FileCheck %s --check-prefix=MOMENTS
// RUN: sed '/snn.reshape/s/snn.magnitudes/other/' %t.mlir > %t-magnitudes.mlir
// RUN: not snn-opt %t-magnitudes.mlir --snn-quantize 2>&1 | FileCheck %s --check-prefix=MAGNITUDES
// RUN: not snn-opt %s --snn-observe 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not snn-opt %s --snn-quantize --snn-observe=data=%t.npy 2>&1 | FileCheck %s --check-prefix=INTEGERS

// PART: error: 'snn.encode' op has no 'snn.observed', but others have; run --snn-observe on the whole network
// MOMENTS: error: 'snn.gemm' op has no 'snn.moments', but others have
// MAGNITUDES: error: 'snn.reshape' op has no 'snn.magnitudes', but others have
// OTHER: error: 'snn.gemm' op has moments for a headroom of 1, not of 2; run --snn-observe with that one
// NONE: error: needs images to observe: data=FILE
// INTEGERS: error: 'snn.decode' op is in integers already

// Tests that the input is seen before and after its normalization, and a population in units of its range, with the numbers of
// each magnitude: of 1, -3, 2, 0.5, 4, 1, 1, 1 (halved behind the mean of 0) one is below 1, four below 2, two below 4.
// CHECK: snn.encode {{.*}} {snn.magnitudes = dense<[2.000000e+00, 1.500000e+00]> : tensor<2xf64>, snn.observed = [{counts = array<i64: 1, 4, 2, 1>, exponent = -1 : i64, max = 4.000000e+00 : f64, min = -3.000000e+00 : f64, seen = 8 : i64},
// CHECK-SAME: {counts = array<i64: 1, 4, 2, 1>, exponent = -2 : i64, max = 2.000000e+00 : f64, min = -1.500000e+00 : f64, seen = 8 : i64}]}
// CHECK: snn.reshape {{.*}} {snn.magnitudes = dense<[2.000000e+00, 1.500000e+00]> : tensor<2xf64>}
// CHECK: snn.neuron relu{{.*}} {snn.magnitudes = dense<[1.000000e+00, 2.500000e-01]> : tensor<2xf64>, snn.observed = [{counts = array<i64: 1, 4, 2, 1>, exponent = -3 : i64, max = 1.000000e+00 : f64, min = -7.500000e-01 : f64, seen = 8 : i64}]}
// CHECK: snn.gemm {{.*}} {snn.magnitudes = dense<[8.750000e-01, 1.000000e+00]> : tensor<2xf64>, snn.moments = {factors = dense<{{.*}}> : tensor<1x3xf64>, headroom = 1.000000e+00 : f64, means = dense<{{\[\[}}5.000000e-01, 1.562500e-01]]> : tensor<1x2xf64>}}
// LIMIT: snn.neuron relu{{.*}} snn.observed = [{{.*}} max = 5.000000e-01 : f64, min = {{[^,]*}} : f64, seen = 4 : i64}]}

// FORMATS: snn.encode {{.*}} raw_fraction = 11,
// FORMATS-NOT: snn.observed
// FORMATS: snn.neuron {{.*}} operand_fraction = 13,
// FORMATS-SAME: snn.quantization = {max = 1.000000e+00 : f64, min = -7.500000e-01 : f64, saturated = 0 : i64, seen = 8 : i64}
// USUAL: snn.neuron {{.*}} operand_fraction = 10,
// HEADROOM: snn.encode {{.*}} raw_fraction = 9,
// HEADROOM: snn.neuron {{.*}} operand_fraction = 12, {{.*}}snn.quantization = {max = 2.000000e+00 : f64, min = -1.500000e+00 : f64, saturated = 0 : i64, seen = 8 : i64}
func.func @net(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct std [2.0, 2.0] : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<2.0> : tensor<1xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  %d = snn.gemm %s, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
