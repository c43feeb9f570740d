// RUN: snn-opt %s --snn-quantize="weight-bits=8 state-bits=16 steps=16" --split-input-file --verify-diagnostics | FileCheck %s

// Tests a layer of 8-bit weights: the LSB of each output follows its weights, exactly where that can be, the bias is in LSBs, and every stream is fixed.
// CHECK-LABEL: func.func @gemm
// expected-remark@below {{quantized 1 populations to 8-bit weights and 16-bit states; no images, so estimates are taken to stay within 8 units}}
func.func @gemm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // CHECK: snn.encode %{{.*}} direct fixed <raw = i16, raw_fraction = 13, {{.*}} fraction = 11, event_fraction = 0, steps = []>
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  // CHECK-DAG: dense<{{\[}}[126, 63], [-63, -126]]> : tensor<2x2xi8>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  // CHECK-DAG: dense<[258048, 0]> : tensor<2xi32>
  %b = arith.constant dense<[1.0, 0.0]> : tensor<2xf32>
  %c = snn.gemm %in, %w bias %b : (!snn.spikes<2, graded>, tensor<2x2xf32>, tensor<2xf32>) -> !snn.current<2>
  // CHECK: snn.neuron relu(%{{.*}}) schedule <dyadic(0.5, 1), steps = 3> code <ternary, 0.5> fixed <state = 16, event_fraction = 3, operand_fraction = 10, steps = [4, 2, 1], zones = [256, 128, 64], {{.*}}> : (!snn.current<2, fixed>) -> !snn.spikes<2, ternary, fixed>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 3> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
  %v = arith.constant dense<[[1.0, 0.0], [0.0, 1.0]]> : tensor<2x2xf32>
  %d = snn.gemm %s, %v : (!snn.spikes<2, ternary>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: snn.decode %{{.*}} fixed <{{.*}}> : !snn.current<2, fixed> -> tensor<?x2xf32>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a bare stream in a sum gets 16-bit factors, that a schedule without an end gets one, and that a smooth function gets a table.
// CHECK-LABEL: func.func @shortcut
// expected-remark@below {{quantized 2 populations}}
func.func @shortcut(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // CHECK: snn.neuron gelu(%{{.*}}) schedule <constant(0.5), steps = 16> {{.*}} table = [
  %s = snn.neuron gelu(%c) schedule <constant(0.5)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %w = arith.constant dense<[[1.0, 2.0], [-0.5, -4.0]]> : tensor<2x2xf32>
  // CHECK: %[[C:.+]] = snn.gemm %{{.*}}, %{{.*}} shift = 4 : (!snn.spikes<2, sign, fixed>, tensor<2x2xi8>)
  %d = snn.gemm %s, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  // CHECK: %[[S:.+]] = snn.scale %{{.*}}, %{{.*}} : (!snn.spikes<2, sign, fixed>, tensor<2xi16>)
  // CHECK: snn.add %[[C]], %[[S]]
  %a = snn.add %d, %s : (!snn.current<2>, !snn.spikes<2, sign>) -> !snn.current<2>
  %t = snn.neuron relu(%a) schedule <constant(0.5)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %e = snn.gemm %t, %w : (!snn.spikes<2, sign>, tensor<2x2xf32>) -> !snn.current<2>
  %y = snn.decode %e : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a table has gains where its channels have ranges of their own, that one range needs none, and that a function
// which is homogeneous has them in its multipliers.
// CHECK-LABEL: func.func @ranges
// expected-remark@below {{quantized 3 populations}}
func.func @ranges(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // CHECK: snn.neuron silu({{.*}} gains = dense<[268435456, 1073741824]> : tensor<2xi32>, gain_shift = 28>
  %s = snn.neuron silu(%c) schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<[2.0, 0.5]> : tensor<2xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  // CHECK: snn.neuron silu
  // CHECK-NOT: gains
  // CHECK: snn.neuron leaky_relu({{.*}} multipliers = [dense<[{{[0-9]+}}, {{[0-9]+}}]> : tensor<2xi32>]
  // CHECK-NOT: gains
  // CHECK: return
  %t = snn.neuron silu(%d) schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<2.0> : tensor<1xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %e = snn.reshape %t shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %u = snn.neuron leaky_relu(%e) params [0.1] schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<[2.0, 0.5]> : tensor<2xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %f = snn.reshape %u shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %f : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that outputs which start elsewhere than at 0, and offsets, become integers of more fraction bits than the steps need.
// CHECK-LABEL: func.func @start
// expected-remark@below {{quantized 1 populations}}
func.func @start(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // CHECK: snn.neuron relu({{.*}}) {{.*}} initial dense<256> : tensor<1xi16> offset dense<[5, -10]> : tensor<2xi16> fixed <{{.*}} event_fraction = 9, operand_fraction = 10, steps = [256, 128, 64]
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 3> code <sign> initial dense<0.5> : tensor<1xf32> offset dense<[0.01, -0.02]> : tensor<2xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a norm has one shift for both sides of its comparison, and its epsilon at least 1.
// CHECK-LABEL: func.func @norm
// expected-remark@below {{quantized 1 populations}}
func.func @norm(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %a = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %b = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // CHECK: snn.neuron norm({{.*}}) params [1.000000e-05] {{.*}} operand_fraction = 13, {{.*}}align = 16, epsilon = 1>
  %s = snn.neuron norm(%a, %b) params [1.0e-05] schedule <dyadic(0.5, 1), steps = 3> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// Tests that a clip has its range in its multipliers, and bounds in units of it: each neuron its own, none as the last number of
// 16 bits, and one for all where ranges are the same.
// CHECK-LABEL: func.func @bounds
// expected-remark@below {{quantized 2 populations}}
func.func @bounds(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // CHECK: snn.neuron clip({{.*}} multipliers = [dense<[{{[0-9]+}}, {{[0-9]+}}]> : tensor<2xi32>], lower = dense<[-512, -2048]> : tensor<2xi16>, upper = dense<[1536, 6144]> : tensor<2xi16>>
  %s = snn.neuron clip(%c) params [-1.0, 3.0] schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<[2.0, 0.5]> : tensor<2xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  // CHECK: snn.neuron clip({{.*}} lower = dense<0> : tensor<1xi16>, upper = dense<32767> : tensor<1xi16>>
  %t = snn.neuron clip(%d) params [0.0, 0x7FF0000000000000] schedule <dyadic(0.5, 1), steps = 4> code <sign> range dense<2.0> : tensor<1xf32> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %e = snn.reshape %t shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %e : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
