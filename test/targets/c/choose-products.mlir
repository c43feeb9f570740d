// DEFINE: %{choose} = snn-opt %t.mlir --pass-pipeline=
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-choose-kernels{order=values},exec-place-buffers{order=values}))" -o %t.mlir
// RUN: %{choose}"builtin.module(exec.program(c-choose-products{nonzero=0.9}))" | FileCheck %s
// RUN: %{choose}"builtin.module(exec.program(c-choose-products{nonzero=0.1}))" | FileCheck %s --check-prefix=SPARSE
// A processor that multiplies one input at a time.
// RUN: %{choose}"builtin.module(exec.program(c-choose-products{nonzero=0.9 target=cortex-m3}))" | FileCheck %s --check-prefix=SPARSE
// RUN: not %{choose}"builtin.module(exec.program(c-choose-products{target=z80}))" 2>&1 | FileCheck %s --check-prefix=UNKNOWN
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(c-choose-products))" 2>&1 | FileCheck %s --check-prefix=PLACES

// Tests which layers multiply all of their inputs, whether these are 0 or not.
// SPARSE-NOT: dense :
// UNKNOWN: error: target 'z80' is not a processor
// PLACES: error: 'exec.program' op has no places for its buffers yet (--exec-place-buffers)

// CHECK-LABEL: exec.program @products
exec.program @products model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" range [-4000, 4000] : memref<8x8x8xi32>
  %c = exec.buffer "c" for "sums" range [-100000000, 100000000] : memref<64xi32>
  %d = exec.buffer "d" for "sums" range [-2000000000, 2000000000] : memref<64xi32>
  %g = exec.buffer "g" for "sums" range [-4000, 4000] : memref<16xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1, 1, 1, 1, 1, 1, 1], offsets = [0, 0, 0, 0, 0, 0, 0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<8x8x8, graded, fixed>
    exec.yield %e : !snn.spikes<8x8x8, graded, fixed>
  } -> !snn.spikes<8x8x8, graded, fixed>
  %t = exec.layer @one {
    // CHECK: tensor<8x8x3x3xi8> by gather_conv dense :
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<8x8x3x3xi8> : !snn.spikes<8x8x8, graded, fixed>, memref<8x8x8xi32>
    // Two weights share a number, in which -128 has no place.
    // CHECK: tensor<8x8x3x3xi8> by gather_conv :
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<-128> : tensor<8x8x3x3xi8> : !snn.spikes<8x8x8, graded, fixed>, memref<8x8x8xi32>
    // CHECK: tensor<8x8x3x3xi4> by gather_conv :
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<8x8x3x3xi4> : !snn.spikes<8x8x8, graded, fixed>, memref<8x8x8xi32>
    %f = exec.fire relu(%a : memref<8x8x8xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      final [0, 7] : !snn.spikes<8x8x8, ternary, fixed>
    exec.yield %f : !snn.spikes<8x8x8, ternary, fixed>
  } -> !snn.spikes<8x8x8, ternary, fixed>
  %u = exec.layer @two {
    // CHECK: tensor<512x64xi8> {{.*}}by gather_gemm dense :
    exec.deliver %t -> %c through (#exec.gemm<shift = 0>) weights dense<1> : tensor<512x64xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[512]>] : !snn.spikes<8x8x8, ternary, fixed>, memref<64xi32>
    %f = exec.fire relu(%c : memref<64xi32>) start 3 starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      final [0, 7] : !snn.spikes<64, ternary, fixed>
    exec.yield %f : !snn.spikes<64, ternary, fixed>
  } -> !snn.spikes<64, ternary, fixed>
  %v = exec.layer @three {
    // Parts of what is added may leave 32 bits.
    // CHECK: tensor<64x64xi8> by gather_gemm :
    exec.deliver %u -> %d through (#exec.gemm<shift = 0>) weights dense<1> : tensor<64x64xi8> : !snn.spikes<64, ternary, fixed>, memref<64xi32>
    %f = exec.fire relu(%d : memref<64xi32>) start 6 starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      final [0, 7] : !snn.spikes<64, ternary, fixed>
    exec.yield %f : !snn.spikes<64, ternary, fixed>
  } -> !snn.spikes<64, ternary, fixed>
  exec.layer @out {
    // CHECK: tensor<64x16xi8> by gather_gemm dense :
    exec.deliver %v -> %g through (#exec.gemm<shift = 0>) weights dense<1> : tensor<64x16xi8> : !snn.spikes<64, ternary, fixed>, memref<16xi32>
    exec.decode %g start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<16xi32>
    exec.yield
  }
}
