// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests the text of products of two streams, spikes or currents, and of gather.
// CHECK-LABEL: func.func @products
func.func @products(%q: !snn.current<2x4x3>, %k: !snn.spikes<2x3x5, sign>) -> !snn.current<2x4x5> {
  // CHECK: %[[P:.*]] = snn.matmul %{{.*}}, %{{.*}} : (!snn.current<2x4x3>, !snn.spikes<2x3x5, sign>) -> !snn.current<2x4x5>
  %0 = snn.matmul %q, %k : (!snn.current<2x4x3>, !snn.spikes<2x3x5, sign>) -> !snn.current<2x4x5>
  // CHECK: snn.mul %[[P]], %[[P]] : (!snn.current<2x4x5>, !snn.current<2x4x5>) -> !snn.current<2x4x5>
  %1 = snn.mul %0, %0 : (!snn.current<2x4x5>, !snn.current<2x4x5>) -> !snn.current<2x4x5>
  // CHECK: snn.gather %{{.*}} axis = 1 indices = [3, 0, 0] : (!snn.current<2x4x5>) -> !snn.current<2x3x5>
  %2 = snn.gather %1 axis = 1 indices = [3, 0, 0] : (!snn.current<2x4x5>) -> !snn.current<2x3x5>
  return %1 : !snn.current<2x4x5>
}
