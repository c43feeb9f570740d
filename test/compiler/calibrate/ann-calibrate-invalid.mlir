// RUN: %python %inputs/write_npy.py %t.npy 2,4 0.5
// RUN: %python %inputs/write_npy.py %t-nan.npy 1,3 nan
// RUN: not snn-opt %s --ann-calibrate 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not snn-opt %s --ann-calibrate=data=%t.none.npy 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not snn-opt %s --ann-calibrate=data=%t.npy 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: not snn-opt %s --ann-calibrate=data=%t-nan.npy 2>&1 | FileCheck %s --check-prefix=NAN
// RUN: not snn-opt %s --ann-calibrate="data=%t.npy scale-per=row" 2>&1 | FileCheck %s --check-prefix=PER

// NONE: error: calibration needs images; give them with data=FILE
// MISSING: error: {{.*}}.none.npy: cannot be opened: No such file or directory
// SHAPE: error: {{.*}}.npy: {{.*}}4{{.*}}3
// NAN: error: {{.*}}-nan.npy: element (0, 0) is nan, all images must be finite numbers
// PER: error: scale-per 'row' is not one of channel, neuron, tensor
func.func @network(%x: tensor<?x3xf32>) -> tensor<?x3xf32> {
  %0 = ann.relu %x : tensor<?x3xf32>
  return %0 : tensor<?x3xf32>
}
