// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-prove-ranges))" | FileCheck %s

// Tests what sums stay within: 2 * 255 + 3 * 255 of a byte's input; 96 + 4 of a population, times 10, and a bias; what a
// requantize lets through; and a product of both.

// CHECK-LABEL: exec.program @ranges
// CHECK: exec.buffer "a" for "sums" range [-1275, 1275]
// CHECK: exec.buffer "p" for "sums" range [-1005, 1005]
// CHECK: exec.buffer "q" for "sums" range [-100, 100]
// CHECK: exec.buffer "b" for "sums" range [-100500, 100500]
exec.program @ranges model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %p = exec.buffer "p" for "sums" : memref<2xi32>
  %q = exec.buffer "q" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<[[2, -2], [3, -1]]> : tensor<2x2xi8>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] initial dense<-4> : tensor<1xi16>
    fixed <state = 32, event_fraction = 8, operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10],
    multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
  exec.deliver %f -> %p factors dense<10> : tensor<1xi32> : !snn.spikes<2, ternary, fixed>, memref<2xi32>
  exec.requantize %a -> %q multipliers dense<1> : tensor<1xi32> shift 2 limit 100 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32>
  exec.multiply %p, %q -> %b elementwise starts [dense<-35> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2xi32>, memref<2xi32>, memref<2xi32>
  exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
