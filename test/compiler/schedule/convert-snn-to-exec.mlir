// RUN: snn-opt %s --convert-snn-to-exec --split-input-file | FileCheck %s

// Tests that synapses before one operand add to its sums, that a bias is where they start, and that the network's input,
// output and steps are there.

// CHECK-LABEL: exec.program @two_layers model "network" steps 3
// CHECK-SAME: inputs [#exec.input<"x", [2]>] outputs [#exec.output<"p", 0, "softmax">]
// CHECK: %[[OUT:.*]] = exec.buffer "sums" for "sums of currents" : memref<2xi32>
// CHECK: %[[SUMS:.*]] = exec.buffer "sums" for "sums of currents" : memref<2xi32>
// CHECK-NOT: exec.buffer
// CHECK: %[[X:.*]] = exec.encode direct fixed
// CHECK: exec.deliver %[[X]] -> %[[SUMS]] through (#exec.gemm<shift = 1>) weights dense<{{.*}}> : tensor<2x2xi8> :
// CHECK: exec.deliver %[[X]] -> %[[SUMS]] : !snn.spikes<2, graded, fixed>, memref<2xi32>
// CHECK: %[[Y:.*]] = exec.fire relu(%[[SUMS]] : memref<2xi32>) start 1 starts [dense<[5, -6]> : tensor<2xi32>] fixed
// CHECK: exec.deliver %[[Y]] -> %[[OUT]]
// CHECK: exec.decode %[[OUT]] start dense<0> : tensor<1xi32>
func.func @two_layers(%x: tensor<?x2xf32> {ann.name = "x"}) -> (tensor<?x2xf32> {ann.name = "p"}) {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %w = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %b = arith.constant dense<[5, -6]> : tensor<2xi32>
  %c = snn.gemm %s, %w bias %b shift = 1 : (!snn.spikes<2, graded, fixed>, tensor<2x2xi8>, tensor<2xi32>) -> !snn.current<2, fixed>
  %d = snn.add %c, %s : (!snn.current<2, fixed>, !snn.spikes<2, graded, fixed>) -> !snn.current<2, fixed>
  %y = snn.neuron relu(%d) schedule <dyadic(0.5, 1), start = 1, steps = 2> code <ternary, 0.5> fixed <state = 32,
    event_fraction = 8, operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10],
    multipliers = [dense<1000> : tensor<1xi32>]> : (!snn.current<2, fixed>) -> !snn.spikes<2, ternary, fixed>
  %e = snn.gemm %y, %w : (!snn.spikes<2, ternary, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  %o = snn.decode %e fixed <shift = 4, fraction = 8, multipliers = dense<3> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  %p = ann.softmax %o axis = 1 : (tensor<?x2xf32>) -> tensor<?x2xf32>
  return %p : tensor<?x2xf32>
}

// -----

// Tests that a current with two readers has sums of its own, passed on where they are first needed; that the parts of a concatenation
// go to their places; and what a product and a requantize start at: 3 * -2, and 7 * 2 / 4.

// CHECK-LABEL: exec.program @several_readers
// CHECK: %[[X:.*]] = exec.encode direct
// CHECK: exec.deliver %[[X]] -> %[[BOTH:.*]] map [#exec.insert<axis = 0, offset = 0, size = 2>]
// CHECK: exec.deliver %[[X]] -> %[[BOTH]] map [#exec.insert<axis = 0, offset = 1, size = 2>]
// CHECK: %[[C:.*]] = exec.pass %[[BOTH]] : memref<2xi32> -> !snn.current<2, fixed>
// CHECK: exec.deliver %[[C]] -> %[[Q:.*]] factors dense<2> : tensor<1xi8> : !snn.current
// CHECK: exec.deliver %[[C]] -> %[[P:.*]] : !snn.current
// CHECK: exec.multiply %[[P]], %[[Q]] -> %[[R:.*]] elementwise starts [dense<0> : tensor<1xi32>, dense<-2> : tensor<1xi32>]
// CHECK: exec.requantize %[[R]] -> %[[OUT:.*]] multipliers dense<2> : tensor<1xi32> shift 2 limit 100 start dense<7> : tensor<1xi32>
// CHECK: exec.decode %[[OUT]] start dense<4> : tensor<1xi32>
func.func @several_readers(%x: tensor<?x1xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1], offsets = [0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : tensor<?x1xf32> -> !snn.spikes<1, graded, fixed>
  %c = snn.concat %s, %s axis = 0 : (!snn.spikes<1, graded, fixed>, !snn.spikes<1, graded, fixed>) -> !snn.current<2, fixed>
  %two = arith.constant dense<2> : tensor<1xi8>
  %minus = arith.constant dense<-2> : tensor<1xi32>
  %seven = arith.constant dense<7> : tensor<1xi32>
  %d = snn.scale %c, %two : (!snn.current<2, fixed>, tensor<1xi8>) -> !snn.current<2, fixed>
  %e = snn.bias %d, %minus : (!snn.current<2, fixed>, tensor<1xi32>) -> !snn.current<2, fixed>
  %m = snn.mul %c, %e : (!snn.current<2, fixed>, !snn.current<2, fixed>) -> !snn.current<2, fixed>
  %n = snn.bias %m, %seven : (!snn.current<2, fixed>, tensor<1xi32>) -> !snn.current<2, fixed>
  %r = snn.requantize %n multipliers = dense<2> : tensor<1xi32> shift = 2 limit = 100 : (!snn.current<2, fixed>) -> !snn.current<2, fixed>
  %o = snn.decode %r fixed <shift = 4, fraction = 8, multipliers = dense<3> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %o : tensor<?x2xf32>
}

// -----

// Tests what all neurons of a sign-coded population send together: the sums of the columns of the weights.

// CHECK-LABEL: exec.program @signs
// CHECK: %[[X:.*]] = exec.encode spike start 1
// CHECK: exec.deliver %[[X]] -> %[[OUT:.*]] through
// CHECK-NEXT: exec.background %[[X]] -> %[[OUT]] values dense<[4, 6]> : tensor<2xi32> : !snn.spikes<2, sign, fixed>
// CHECK-NEXT: exec.decode %[[OUT]]
func.func @signs(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x spike schedule <dyadic(0.5, 1), start = 1, steps = 2> fixed <raw = i16, raw_fraction = 8,
    multipliers = [1, 1], offsets = [0, 0], shift = 0, fraction = 8, event_fraction = 8, steps = [64, 32]>
    : tensor<?x2xf32> -> !snn.spikes<2, sign, fixed>
  %w = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %c = snn.gemm %s, %w : (!snn.spikes<2, sign, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  %o = snn.decode %c fixed <shift = 4, fraction = 8, multipliers = dense<3> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %o : tensor<?x2xf32>
}

// -----

// Tests that neurons' initial outputs and offsets are in what their receivers start at, which keep only their own.

// CHECK-LABEL: exec.program @initial
// CHECK: exec.fire relu({{.*}}) starts [dense<0> : tensor<1xi32>] initial dense<3> : tensor<1xi16> fixed
// CHECK: exec.decode {{.*}} start dense<8> : tensor<1xi32>
func.func @initial(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %w = arith.constant dense<2> : tensor<1xi8>
  %c = snn.scale %s, %w : (!snn.spikes<2, graded, fixed>, tensor<1xi8>) -> !snn.current<2, fixed>
  %y = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 2> code <ternary, 0.5> initial dense<3> : tensor<1xi16>
    offset dense<1> : tensor<1xi16> fixed <state = 32, event_fraction = 8, operand_fraction = 12, steps = [64, 32],
    zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : (!snn.current<2, fixed>) -> !snn.spikes<2, ternary, fixed>
  %d = snn.scale %y, %w : (!snn.spikes<2, ternary, fixed>, tensor<1xi8>) -> !snn.current<2, fixed>
  %o = snn.decode %d fixed <shift = 4, fraction = 8, multipliers = dense<3> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %o : tensor<?x2xf32>
}
