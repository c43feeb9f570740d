// RUN: snn-opt %s --split-input-file --verify-diagnostics

// Tests what tasks must be.
exec.program @real_input model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{sends integers: changes of a fixed stream}}
  %r = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded>
}

// -----

exec.program @real_events model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{sends events of a fixed stream}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary>
}

// -----

exec.program @operands model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{follows a function of 2 operands, found 1}}
  %f = exec.fire max(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @starts model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has 1 operands, but 2 starts}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @fire_shape model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{needs memory of shape 3, found 2}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<3, ternary, fixed>
}

// -----

exec.program @initial model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has initial outputs that are not integers for each element of 2, found 'tensor<3xi16>'}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] initial dense<[1, 2, 3]> : tensor<3xi16>
    fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @pass_shape model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{needs memory of shape 4, found 2}}
  %c = exec.pass %a : memref<2xi32> -> !snn.current<4, fixed>
}

// -----

exec.program @decode_start model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has starts that are not integers for each element of 2, found 'tensor<1xf32>'}}
  exec.decode %a start dense<0.0> : tensor<1xf32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<2xi32>
}

// -----

exec.program @real_weights model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has weights that are not integers}}
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1.0> : tensor<2x2xf32>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @factors model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has factors that are not integers for each element of 2, found 'tensor<3xi32>'}}
  exec.deliver %s -> %a factors dense<[1, 2, 3]> : tensor<3xi32> : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @copied_factors model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has factors for elements that go to several places}}
  exec.deliver %s -> %a map [#exec.gather<axis = 0, indices = [0, 0]>] factors dense<2> : tensor<1xi32>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @target_shape model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<3xi32>
  // expected-error@below {{needs memory of shape 2, found 3}}
  exec.deliver %s -> %a : !snn.spikes<2, graded, fixed>, memref<3xi32>
}

// -----

exec.program @reshape model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.reshape<[3]> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.reshape<[3]>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @transpose model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.transpose<[1]> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.transpose<[1]>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @slice model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.slice<starts = [1], sizes = [2], steps = [1]> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.slice<starts = [1], sizes = [2], steps = [1]>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @pad model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.pad<[-1, -1]> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.pad<[-1, -1]>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @gather model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.gather<axis = 0, indices = [2]> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.gather<axis = 0, indices = [2]>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @insert model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has a step #exec.insert<axis = 0, offset = 1, size = 2> that does not fit a shape of 2}}
  exec.deliver %s -> %a map [#exec.insert<axis = 0, offset = 1, size = 2>] : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @conv_weights model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  // expected-error@below {{needs weights O x C/group x kernel for a stream of shape 2x2x2, found 2x3x1x1}}
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<2x3x1x1xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
}

// -----

exec.program @conv_window model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  // expected-error@below {{has a window that does not fit a stream of shape 2x2x2}}
  exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
    weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
}

// -----

exec.program @gemm_weights model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{needs weights K x M for a stream of shape 2, found 3x2}}
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1> : tensor<3x2xi8>
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @pool_weights model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  // expected-error@below {{has no weights: a pool has none}}
  exec.deliver %s -> %a through (#exec.pool<kernel = [1, 1], strides = [1, 1], pads = [0, 0, 0, 0], count_include_pad = false>)
    weights dense<1> : tensor<1xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
}

// -----

exec.program @pool_counts model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<1x23, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<1x23xi32>
  // expected-error@below {{averages windows of too many different sizes for 16 bits}}
  exec.deliver %s -> %a through (#exec.pool<kernel = [23], strides = [1], pads = [22, 0], count_include_pad = false>)
    : !snn.spikes<1x23, graded, fixed>, memref<1x23xi32>
}

// -----

exec.program @background model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{is what a sign-coded stream sends}}
  exec.background %s -> %a values dense<1> : tensor<1xi32> : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @product model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2x3xi32>
  %b = exec.buffer "b" for "sums" : memref<2x3xi32>
  // expected-error@below {{multiplies ...xNxK by ...xKxM, found 2x3 and 2x3}}
  exec.multiply %a, %b -> %b starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2x3xi32>, memref<2x3xi32>, memref<2x3xi32>
}

// -----

exec.program @product_of_elements model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %b = exec.buffer "b" for "sums" : memref<3xi32>
  // expected-error@below {{needs memory of shape 2, found 3}}
  exec.multiply %a, %b -> %a elementwise starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2xi32>, memref<3xi32>, memref<2xi32>
}

// -----

exec.program @product_target model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2x3xi32>
  %b = exec.buffer "b" for "sums" : memref<3x2xi32>
  // expected-error@below {{needs memory of shape 2x2, found 2x3}}
  exec.multiply %a, %b -> %a starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2x3xi32>, memref<3x2xi32>, memref<2x3xi32>
}

// -----

exec.program @requantize model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{has multipliers that are not integers for each element of 2, found 'tensor<3xi32>'}}
  exec.requantize %a -> %a multipliers dense<[1, 2, 3]> : tensor<3xi32> shift 1 limit 7 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32>
}

// -----

exec.program @channels model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{needs a multiplier and an offset for each of 2 channels}}
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @final model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{ends within a least and a greatest number, found 1 numbers}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [3] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @final_order model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{ends within a least and a greatest number, found 2 numbers}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [3, 2] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @closed model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a closed form of 2 or 4 offsets, behind three numbers, where it has a final range}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] closed [1, 2] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @closed_alone model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a closed form of 2 or 4 offsets, behind three numbers, where it has a final range}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    closed [1, 2, 3, 4, 5] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @periodic_size model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a periodic form of a power of two from 4 to 512 numbers of 0 to 255, behind four numbers, where it has a final range and no closed form}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] periodic [1, 14, 0, 2, 0, 1, 1, 0, 1] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @periodic_large model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a periodic form of a power of two from 4 to 512 numbers of 0 to 255, behind four numbers, where it has a final range and no closed form}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] periodic [1, 14, 0, 2, 0, 1, 1, 256] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @periodic_alone model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a periodic form of a power of two from 4 to 512 numbers of 0 to 255, behind four numbers, where it has a final range and no closed form}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    periodic [1, 14, 0, 2, 0, 1, 0, 1] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @periodic_and_closed model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has a periodic form of a power of two from 4 to 512 numbers of 0 to 255, behind four numbers, where it has a final range and no closed form}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] closed [1, 2, 3, 4, 5] periodic [1, 14, 0, 2, 0, 1, 0, 1] : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @values_alone model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi8>
  // expected-error@below {{has values where it has a final range}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64], zones = [512], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    values %v : memref<2xi8> : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @thresholds model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{needs a threshold of at least 0 for each of 2 channels}}
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> thresholds [1] : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @thresholds_of_float model "net" steps 2 inputs [] outputs [] {
  // expected-error@below {{has thresholds of changes, which only the direct code sends}}
  %s = exec.encode float fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 8, steps = [128, 64]> thresholds [1, 1] : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @input_marks model "net" steps 2 inputs [] outputs [] {
  %m = exec.buffer "m" for "elements that changed" : memref<2xi32>
  // expected-error@below {{needs memory of shape 1, found 2}}
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> marks %m : memref<2xi32> : !snn.spikes<2, graded, fixed>
}

// -----

exec.program @hysteresis model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has a hysteresis of at least 0, found -1}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] hysteresis -1 fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @few_marks model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %m = exec.buffer "m" for "marks" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{has three buffers of marks or none, found 1}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    marks %m : memref<1xi32> : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @small_marks model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %m = exec.buffer "m" for "marks" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{needs memory of shape 3, found 1}}
  %f = exec.fire relu(%a : memref<2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    marks %m, %m, %m : memref<1xi32>, memref<1xi32>, memref<1xi32> : !snn.spikes<2, ternary, fixed>
}

// -----

exec.program @pass_marks model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{needs memory of shape 1, found 2}}
  %c = exec.pass %a marks %a : memref<2xi32> : memref<2xi32> -> !snn.current<2, fixed>
}

// -----

exec.program @drops_of_32 model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{drops 0 to 31 bits of numbers of 8, found 3}}
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    drop 3 : memref<2xi32>
}

// -----

exec.program @drops_many model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{drops 0 to 31 bits of numbers of 8, found 32}}
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as int8 drop 32 : memref<2xi32>
}

// -----

exec.program @one_class model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{gives a class of 2 to 65535 numbers without pixels, found 1}}
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as class : memref<1xi32>
}

// -----

exec.program @class_of_pixels model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x1x3xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  // expected-error@below {{gives a class of 2 to 65535 numbers without pixels, found 2x1x3}}
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as class : memref<2x1x3xi32>
}

// -----

// What keeps sums gives all of its value in the order of values alone.
exec.program @whole model "net" steps 2 inputs [] outputs [] order layers arena [4, 0] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi32>
  // expected-error@below {{gives all of its value, in the order of layers}}
  exec.requantize %a -> %v whole multipliers dense<1> : tensor<1xi32> shift 1 limit 7 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32>
}

// -----

exec.program @changes model "net" steps 2 inputs [] outputs [] order values arena [4, 0, 0] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi32>
  // expected-error@below {{gives changes, in the order of values}}
  exec.multiply %a, %a -> %v elementwise starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2xi32>, memref<2xi32>, memref<2xi32>
}

// -----

exec.program @filled model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi32>
  exec.deliver %s -> %v : !snn.spikes<2, graded, fixed>, memref<2xi32>
  // expected-error@below {{writes all of its value, to memory that something else fills}}
  exec.requantize %a -> %v whole multipliers dense<1> : tensor<1xi32> shift 1 limit 7 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi32>
}

// -----

exec.program @narrow model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi16>
  // expected-error@below {{has sums of 32 bits, but where a whole requantize writes them, found 16}}
  exec.requantize %a -> %v multipliers dense<1> : tensor<1xi32> shift 1 limit 7 start dense<0> : tensor<1xi32>
    : memref<2xi32>, memref<2xi16>
}

// -----

exec.program @narrow_pass model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %v = exec.buffer "v" for "values" : memref<2xi16>
  // expected-error@below {{has sums of 32 bits, but where a whole requantize writes them, found 16}}
  %c = exec.pass %v : memref<2xi16> -> !snn.current<2, fixed>
}

// -----

exec.program @dense_map model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{is dense; only gather_conv and gather_gemm are}}
  exec.deliver %s -> %a by gather_map dense : !snn.spikes<2, graded, fixed>, memref<2xi32>
}

// -----

exec.program @dense_nibbles model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // expected-error@below {{is dense and has no weights of 8 bits}}
  exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi4> by gather_gemm dense
    : !snn.spikes<2, graded, fixed>, memref<2xi32>
}
