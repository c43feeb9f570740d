// RUN: snn-opt %s --split-input-file --verify-diagnostics --convert-ann-to-snn="schedule=dyadic:0.5,1,5" -o /dev/null

// Tests that a softmax is named whose row maximum is followed in steps beyond what exponentials stand: 1000 / 32, because numbers that
// mask the others are among what is compared.
func.func @masked(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %b = ann.slice %x starts = [0, 1] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %m = ann.max %a, %b {ann.range = #ann.range<dense<-1000.0> : tensor<1xf64>, dense<2.0> : tensor<1xf64>>} : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %d = ann.sub %x, %m : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  // expected-warning@below {{the maximum of its row is found among numbers of up to 1000, in steps of 31.25 at best, and its exponentials double within 0.69; is it masked by the input? A constant mask is exact}}
  %e = ann.exp %d : tensor<?x2xf32>
  return %e : tensor<?x2xf32>
}

// -----

func.func @fine(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %a = ann.slice %x starts = [0, 0] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %b = ann.slice %x starts = [0, 1] sizes = [-1, 1] steps = [1, 1] : (tensor<?x2xf32>) -> tensor<?x1xf32>
  %m = ann.max %a, %b {ann.range = #ann.range<dense<-20.0> : tensor<1xf64>, dense<2.0> : tensor<1xf64>>} : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x1xf32>
  %d = ann.sub %x, %m : (tensor<?x2xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  %e = ann.exp %d : tensor<?x2xf32>
  return %e : tensor<?x2xf32>
}
