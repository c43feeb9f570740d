// RUN: snn-opt %s --split-input-file --verify-diagnostics --convert-ann-to-snn="schedule=dyadic:0.25,1,5 scale-per=neuron" -o /dev/null
// RUN: snn-opt %s --split-input-file --convert-ann-to-snn="schedule=dyadic:0.5,1,5" -o /dev/null 2>&1 | count 0

// Tests that neurons are named whose activations the steps of the schedule never add up to, before anything runs; 31/32 of them is enough, since
// the last step is what they are off by anyway.
func.func @scaled(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-warning@below {{activations of up to 4 are beyond the schedule, whose steps add up to 0.484375 of that; begin with a larger step, or take more (--schedule)}}
  %0 = ann.relu %x {ann.range = #ann.range<dense<0.0> : tensor<2xf64>, dense<[4.0, 2.0]> : tensor<2xf64>>} : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}

// -----

// Tests that it is so for those that work in units of 1.
func.func @unscaled(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-warning@below {{activations of up to 3 are beyond the schedule's reach of 0.484375; scale them (--scale-per channel)}}
  %0 = ann.leaky_relu %x alpha = 0.1 {ann.range = #ann.range<dense<-1.0> : tensor<2xf64>, dense<[3.0, 2.0]> : tensor<2xf64>>} : tensor<?x2xf32>
  return %0 : tensor<?x2xf32>
}
