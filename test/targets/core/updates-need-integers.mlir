// RUN: snn-opt %s --split-input-file --verify-diagnostics --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=generic updates"

// Tests that updates are of integer networks, and of sums that may go from one end to the other within 32 bits.
func.func @real(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  // expected-error@below {{is not in integers; run --snn-quantize before mapping}}
  %in = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
  %y = snn.decode %c : !snn.current<2> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}

// -----

func.func @wide(%x: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [65000, 65000], offsets = [0, 0], shift = 9, fraction = 12, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %w = arith.constant dense<32767> : tensor<2x1xi16>
  // expected-error@below {{layer 'gemm' takes no updates: its sums may change by more than 32 bits hold}}
  %c = snn.gemm %in, %w : (!snn.spikes<2, graded, fixed>, tensor<2x1xi16>) -> !snn.current<1, fixed>
  %y = snn.decode %c fixed <shift = 20, fraction = 12, multipliers = dense<5> : tensor<1xi32>> : !snn.current<1, fixed> -> tensor<?x1xf32>
  return %y : tensor<?x1xf32>
}
