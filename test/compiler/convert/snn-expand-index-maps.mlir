// RUN: snn-opt %s --snn-expand-index-maps | FileCheck %s
// What every target has a form for stays as it is. Others are those of a dialect that tools do not know: NewSynapseTest.

// CHECK-LABEL: func.func @known
func.func @known(%x: tensor<?x2x4xf32>) -> tensor<?x18xf32> {
  // CHECK: %[[IN:.*]] = snn.encode
  %in = snn.encode %x direct : tensor<?x2x4xf32> -> !snn.spikes<2x4, graded>
  // CHECK-NEXT: %[[T:.*]] = snn.transpose %[[IN]] perm = [1, 0]
  %t = snn.transpose %in perm = [1, 0] : (!snn.spikes<2x4, graded>) -> !snn.current<4x2>
  // CHECK-NEXT: %[[P:.*]] = snn.pad %[[T]] pads = [0, 0, 0, 1]
  %p = snn.pad %t pads = [0, 0, 0, 1] value = 0.5 : (!snn.current<4x2>) -> !snn.current<4x3>
  // CHECK-NEXT: %[[S:.*]] = snn.slice %[[P]]
  %s = snn.slice %p starts = [1, 0] sizes = [3, 3] steps = [1, 1] : (!snn.current<4x3>) -> !snn.current<3x3>
  // CHECK-NEXT: %[[G:.*]] = snn.gather %[[S]] axis = 0 indices = [2, 0, 1]
  %g = snn.gather %s axis = 0 indices = [2, 0, 1] : (!snn.current<3x3>) -> !snn.current<3x3>
  // CHECK-NEXT: %[[C:.*]] = snn.concat %[[S]], %[[G]] axis = 0
  %c = snn.concat %s, %g axis = 0 : (!snn.current<3x3>, !snn.current<3x3>) -> !snn.current<6x3>
  // CHECK-NEXT: %[[R:.*]] = snn.reshape %[[C]] shape = [18]
  %r = snn.reshape %c shape = [18] : (!snn.current<6x3>) -> !snn.current<18>
  // CHECK-NEXT: snn.decode %[[R]]
  %y = snn.decode %r : !snn.current<18> -> tensor<?x18xf32>
  return %y : tensor<?x18xf32>
}
