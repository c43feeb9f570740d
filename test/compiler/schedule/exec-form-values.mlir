// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-layers,exec-prove-ranges,exec-find-final,exec-form-values,exec-form-layers,exec-choose-kernels{order=values}))" | FileCheck %s
// RUN: snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-layers,exec-prove-ranges,exec-find-final,exec-form-values,exec-form-layers,exec-choose-kernels{order=values},exec-place-buffers{order=values}))" | FileCheck %s --check-prefix=PLACED
// RUN: not snn-opt %s --pass-pipeline="builtin.module(exec.program(exec-form-layers,exec-prove-ranges,exec-find-final,exec-choose-kernels{order=values},exec-place-buffers{order=values}))" 2>&1 | FileCheck %s --check-prefix=CHANGES
// CHANGES: error: 'exec.requantize' op gives changes, in the order of values

// Tests what keeps sums in the order of values: a requantize and a product give all of their value, so that receivers start with
// less: the first requantize started at 10 * 2 / 4 = 5, of which a weight of 3 made 15 of its receiver's 20. A requantize whose sums
// others fill, too, has values of its own, within 100 of its range; a layer ends with each. They take 8 bits or 16.

// CHECK-LABEL: exec.program @form
// CHECK-DAG: exec.buffer "values" for "what sums are passed on as" range [-300, 300] : memref<2xi32>
// CHECK: exec.layer @first {
// CHECK-NEXT: exec.deliver {{.*}} by gather_map
// CHECK-NEXT: exec.requantize %{{.*}} -> %{{.*}} whole multipliers dense<2> : tensor<1xi32> shift 2 limit 100 start dense<10> : tensor<1xi32>
// CHECK-NEXT: exec.pass
// CHECK-NEXT: exec.yield
// CHECK: exec.layer @second {
// CHECK-NEXT: exec.deliver {{.*}} by gather_map
// CHECK-NEXT: exec.requantize %{{.*}} -> %{{.*}} whole {{.*}} start dense<0> : tensor<1xi32>
// CHECK-NEXT: exec.pass
// CHECK: exec.layer @decode {
// CHECK: exec.deliver {{.*}} by gather_gemm
// CHECK-NEXT: exec.deliver %{{.*}} by gather_map : !snn.current<2, fixed>
// CHECK: exec.multiply %{{.*}} elementwise whole starts [dense<5> : tensor<1xi32>, dense<7> : tensor<1xi32>]
// CHECK: exec.decode %{{.*}} start dense<1> : tensor<1xi32>

// PLACED-LABEL: exec.program @form
// PLACED-SAME: order values
// PLACED-DAG: exec.buffer "first__values" for "what sums are passed on as" range [-100, 100] live [1, 3] at {{[0-9]+}} : memref<2xi8>
// PLACED-DAG: exec.buffer "second__values" for "what sums are passed on as" range [-300, 300] live [2, 3] at {{[0-9]+}} : memref<2xi16>
// PLACED-DAG: exec.buffer "first__sums" for "sums of currents" part 2 {{.*}} live [1, 1]
exec.program @form model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<2xi32>
  %c = exec.buffer "c" for "sums" : memref<2xi32>
  %p = exec.buffer "p" for "sums" : memref<2xi32>
  %q = exec.buffer "q" for "sums" : memref<2xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.requantize %a -> %v multipliers dense<2> : tensor<1xi32> shift 2 limit 100 start dense<10> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32>
  %e = exec.pass %v : memref<2xi32> -> !snn.current<2, fixed> loc("first")
  exec.deliver %e -> %c through (#exec.gemm<shift = 0>) weights dense<[[3, 0], [0, 3]]> : tensor<2x2xi8> : !snn.current<2, fixed>, memref<2xi32>
  exec.deliver %s -> %b : !snn.spikes<2, graded, fixed>, memref<2xi32>
  exec.requantize %b -> %c multipliers dense<1> : tensor<1xi32> shift 0 limit 300 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32> loc("second")
  %f = exec.pass %c : memref<2xi32> -> !snn.current<2, fixed>
  exec.deliver %f -> %p : !snn.current<2, fixed>, memref<2xi32>
  exec.deliver %e -> %q : !snn.current<2, fixed>, memref<2xi32>
  exec.multiply %p, %q -> %d elementwise starts [dense<20> : tensor<1xi32>, dense<12> : tensor<1xi32>]
    : memref<2xi32>, memref<2xi32>, memref<2xi32>
  exec.decode %d start dense<241> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}
