// RUN: %python %inputs/write_npy.py %t.npy 2,2,1,2  0.5 -1 0.25 3  2 -4 -5 1
// RUN: snn-opt %s --ann-calibrate="data=%t.npy min-values=4" | FileCheck %s
// RUN: snn-opt %s --ann-calibrate=data=%t.npy | FileCheck %s --check-prefix=FEW
// RUN: snn-opt %s --ann-calibrate="data=%t.npy scale-per=tensor" | FileCheck %s --check-prefix=TENSOR
// RUN: snn-opt %s --ann-calibrate="data=%t.npy scale-per=neuron" | FileCheck %s --check-prefix=NEURON
// RUN: snn-opt %s --ann-calibrate="data=%t.npy limit=1 min-values=2" | FileCheck %s --check-prefix=LIMIT

// Tests that every nonlinear operation gets the smallest and largest value that it gave, over both
// images: (0.5 -1, 0.25 3) and (2 -4, -5 1), clipped from below at 0 by relu and at -2 by max.
// CHECK-LABEL: func.func @network
// CHECK: ann.relu {{.*}}#ann.range<dense<0.000000e+00> : tensor<2xf64>, dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf64>>
// CHECK: ann.max {{.*}}#ann.range<dense<-2.000000e+00> : tensor<2xf64>, dense<[2.000000e+00, 3.000000e+00]> : tensor<2xf64>>

// Channels that the images show four times each do not know their own ranges: they share that of all.
// FEW: ann.relu {{.*}}#ann.range<dense<0.000000e+00> : tensor<2xf64>, dense<3.000000e+00> : tensor<2xf64>>

// One range over all channels.
// TENSOR: ann.relu {{.*}}#ann.range<dense<0.000000e+00> : tensor<f64>, dense<3.000000e+00> : tensor<f64>>

// One range per position, as the reference implementation has it.
// NEURON: ann.relu {{.*}}#ann.range<dense<{{.*}}> : tensor<2x1x2xf64>, dense<{{\[\[\[}}2.000000e+00, 0.000000e+00]], {{\[\[}}2.500000e-01, 3.000000e+00]]]> : tensor<2x1x2xf64>>
// NEURON: ann.max {{.*}}#ann.range<{{.*}} : tensor<2x1x2xf64>>

// The first image only.
// LIMIT: ann.relu {{.*}}dense<[5.000000e-01, 3.000000e+00]>
func.func @network(%x: tensor<?x2x1x2xf32>) -> tensor<?x2x1x2xf32> {
  %0 = ann.relu %x : tensor<?x2x1x2xf32>
  %low = ann.constant dense<-2.0> : tensor<1xf32>
  %1 = ann.max %x, %low : (tensor<?x2x1x2xf32>, tensor<1xf32>) -> tensor<?x2x1x2xf32>
  return %1 : tensor<?x2x1x2xf32>
}

// Tests that the channels of a gemm's result are its last dimension, and those of what is not linear behind
// it too.
// CHECK-LABEL: func.func @tokens
// CHECK: ann.relu {{.*}}#ann.range<dense<0.000000e+00> : tensor<1x1x3xf64>, dense<{{\[\[\[}}2.000000e+00, 3.000000e+00, 4.000000e+00]]]> : tensor<1x1x3xf64>>
func.func @tokens(%x: tensor<?x2x1x2xf32>) -> tensor<?x2x1x3xf32> {
  %w = ann.constant dense<[[1.0, 0.0, 2.0], [0.0, 1.0, 0.0]]> : tensor<2x3xf32>
  %0 = ann.matmul %x, %w : (tensor<?x2x1x2xf32>, tensor<2x3xf32>) -> tensor<?x2x1x3xf32>
  %1 = ann.relu %0 : tensor<?x2x1x3xf32>
  return %1 : tensor<?x2x1x3xf32>
}
