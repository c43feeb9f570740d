// RUN: %python %inputs/write_npy.py %t.npy 2,2  -1 0.5 0.25 3
// RUN: snn-opt %s --ann-calibrate=data=%t.npy --split-input-file | FileCheck %s
// RUN: snn-opt %s --ann-calibrate="data=%t.npy headroom=2" --split-input-file | FileCheck %s --check-prefix=WIDE

// Bounds of a quantized file that the images keep, and one step (0.5) beyond at most, are not the network's.
// Data that may be twice as large reach them.
// WIDE-LABEL: @linear
// WIDE: ann.clip %arg0 min = -1.000000e+00 max = 2.500000e+00 {ann.range
// CHECK-LABEL: @linear
// CHECK-NOT: ann.clip
// CHECK: ann.add %arg0, %arg0
func.func @linear(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.clip %x min = -1.0 max = 2.5 {ann.saturation = array<f64: 0.5, 0.5>} : tensor<?x2xf32>
  %1 = ann.add %0, %0 : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----
// A bound that is exceeded stays, without its mark.
// CHECK-LABEL: @bites
// CHECK: ann.clip %arg0 max = 2.000000e+00 {ann.range = {{[^}]*}}} :
func.func @bites(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.clip %x min = -1.0 max = 2.0 {ann.saturation = array<f64: 0.5, 0.5>} : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----
// What a Relu became is a Relu again: its own bound stays, whatever the images are.
// CHECK-LABEL: @relu
// CHECK: ann.relu %{{.+}} {ann.range = #ann.range<
func.func @relu(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.square %x : tensor<?x2xf32>
  %1 = ann.clip %0 min = 0.0 max = 9.0 {ann.saturation = array<f64: 0.0, 0.5>} : tensor<?x2xf32>
  return %1 : tensor<?x2xf32>
}

// -----
// One behind another; a Clip that is not of a quantized file is left alone.
// CHECK-LABEL: @chain
// CHECK: %[[A:.+]] = ann.clip %arg0 min = -5.000000e+00 max = 5.000000e+00
// CHECK-NEXT: return %[[A]]
func.func @chain(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %0 = ann.clip %x min = -5.0 max = 5.0 : tensor<?x2xf32>
  %1 = ann.clip %0 min = -4.0 max = 4.0 {ann.saturation = array<f64: 0.5, 0.5>} : tensor<?x2xf32>
  %2 = ann.clip %1 min = -3.0 max = 3.0 {ann.saturation = array<f64: 0.5, 0.5>} : tensor<?x2xf32>
  return %2 : tensor<?x2xf32>
}
