// Two outputs: a window over scaled elements, and a matrix behind a slice of columns, which is no stream of its own in memory.
func.func @main(%x: tensor<?x1x2x2xf32>) -> (tensor<?x1x1x1xf32>, tensor<?x2xf32>) {
  %s = snn.encode %x direct fixed <raw = i16, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
    fraction = 0, event_fraction = 0, steps = []> : tensor<?x1x2x2xf32> -> !snn.spikes<1x2x2, graded, fixed>
  %f = arith.constant dense<[[[1, 10], [100, 1000]]]> : tensor<1x2x2xi16>
  %a = snn.scale %s, %f : (!snn.spikes<1x2x2, graded, fixed>, tensor<1x2x2xi16>) -> !snn.current<1x2x2, fixed>
  %w = arith.constant dense<1> : tensor<1x1x2x2xi8>
  %b = snn.conv %a, %w strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
    : (!snn.current<1x2x2, fixed>, tensor<1x1x2x2xi8>) -> !snn.current<1x1x1, fixed>
  %y = snn.decode %b fixed <shift = 0, fraction = 0, multipliers = dense<1> : tensor<1x1x1xi32>>
    : !snn.current<1x1x1, fixed> -> tensor<?x1x1x1xf32>
  %c = snn.slice %s starts = [0, 0, 1] sizes = [1, 2, 1] steps = [1, 1, 1]
    : (!snn.spikes<1x2x2, graded, fixed>) -> !snn.current<1x2x1, fixed>
  %d = snn.reshape %c shape = [2] : (!snn.current<1x2x1, fixed>) -> !snn.current<2, fixed>
  %v = arith.constant dense<[[1, 2], [3, 4]]> : tensor<2x2xi8>
  %e = snn.gemm %d, %v : (!snn.current<2, fixed>, tensor<2x2xi8>) -> !snn.current<2, fixed>
  %z = snn.decode %e fixed <shift = 0, fraction = 0, multipliers = dense<1> : tensor<1xi32>>
    : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %y, %z : tensor<?x1x1x1xf32>, tensor<?x2xf32>
}
