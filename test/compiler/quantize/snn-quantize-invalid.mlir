// RUN: snn-opt %s --snn-quantize --split-input-file --verify-diagnostics

func.func @rates(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{carries rates, which have no integer form; convert the network with signgd dynamics}}
  %in = snn.encode %x analog : tensor<?x2xf32> -> !snn.spikes<2, analog>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, analog>) -> !snn.current<2, rate>
  %y = snn.decode %c schedule <inverse(1.0)> : !snn.current<2, rate> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// expected-error@below {{has no 'snn.encode': convert the network to spikes first}}
func.func @ann(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  return %x : tensor<?x2xf32>
}

// -----

func.func @wide_steps(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // expected-error@below {{has step sizes from 0.5 down to 1.52588e-05, which do not fit in 16 bits together; use fewer steps}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 16> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

// FX-Q4
func.func @wide_sum(%x: tensor<?x524288xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct : tensor<?x524288xf32> -> !snn.spikes<524288, graded>
  %w = arith.constant dense<0.5> : tensor<524288x1xf32>
  // expected-error@below {{has sums that do not fit in 32 bits even with the fewest bits of its weights and of what they multiply; use fewer steps, a smaller first step or --weight-bits 4}}
  %c = snn.gemm %in, %w : (!snn.spikes<524288, graded>, tensor<524288x1xf32>) -> !snn.current<1>
  %y = snn.decode %c : !snn.current<1> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}

// -----

func.func @unclamped(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  // expected-error@below {{follows norm_unclamped, which has no integer form; convert with norm clamped}}
  %s = snn.neuron norm_unclamped(%c, %c) params [1.0e-5] schedule <dyadic(0.5, 1), steps = 8> code <sign> : (!snn.current<2>, !snn.current<2>) -> !snn.spikes<2, sign>
  %d = snn.reshape %s shape = [2] : (!snn.spikes<2, sign>) -> !snn.current<2>
  %y = snn.decode %d : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
