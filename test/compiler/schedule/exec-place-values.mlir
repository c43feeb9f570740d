// RUN: snn-opt %s --split-input-file --pass-pipeline="builtin.module(exec.program(exec-find-final,exec-choose-kernels{order=values},exec-place-buffers{order=values}))" | FileCheck %s

// Tests the buffers of the order of values: no trains; values of 8 bits where they end within them, else of 16; of sums a
// single pixel where all that a population gets is gathered; sums of outputs in the array of outputs.

// CHECK-LABEL: exec.program @place
// CHECK-SAME: order values arena [4, 8, 8]
// CHECK-DAG: exec.buffer "one__sums" for "sums of currents" part 2 live [1, 1] at {{[0-9]+}} : memref<2x2x2xi32>
// CHECK-DAG: exec.buffer "one__values" for "what neurons have sent in the end" range [0, 7] live [1, 2] at 0 : memref<2x2x2xui8>
// CHECK-DAG: exec.buffer "two__sums" for "sums of currents" live [2, 2] at {{[0-9]+}} : memref<4xi32>
// CHECK-DAG: exec.buffer "two__values" for "what neurons have sent in the end" range [0, 700] live [2, 3] at {{[0-9]+}} : memref<4xi16>
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" live [3, 3] in output at 0 : memref<4xi32>
// CHECK: exec.fire relu{{.*}} final [0, 7] closed {{.*}} values %{{.*}} : memref<2x2x2xui8> : !snn
// CHECK: exec.fire relu{{.*}} final [0, 700] values %{{.*}} : memref<4xi16> : !snn
exec.program @place model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<4xi32>
  %c = exec.buffer "c" for "sums" : memref<4xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  %u = exec.layer @two {
    exec.deliver %t -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x4xi8>
      map [#exec.transpose<[1, 0, 2]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, ternary, fixed>, memref<4xi32>
    %f = exec.fire relu(%b : memref<4xi32>) start 3 starts [dense<0> : tensor<1xi32>] initial dense<1> : tensor<1xi16> fixed <state = 32,
      event_fraction = 10, operand_fraction = 12, steps = [400, 200, 100], zones = [5, 5, 5], shifts = [34],
      multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<4, ternary, fixed>
    exec.yield %f : !snn.spikes<4, ternary, fixed>
  } -> !snn.spikes<4, ternary, fixed>
  exec.layer @out {
    exec.deliver %u -> %c : !snn.spikes<4, ternary, fixed>, memref<4xi32>
    exec.decode %c start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<4xi32>
    exec.yield
  }
}

// -----

// Bytes that a window reads are normalized by a table where they are, and so is a vector of which a matrix reads each number once.
// CHECK-LABEL: exec.program @in_place
// CHECK-SAME: order values arena [4, 0, 0]
// CHECK-NOT: input_values
// CHECK: exec.encode direct fixed <{{.*}}> : !snn
exec.program @in_place model "net" steps 1 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<1x2x2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  exec.layer @out {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<1x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<1x2x2xi32>
    exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<1x2x2xi32>
    exec.yield
  }
}

// -----

// CHECK-LABEL: exec.program @vector
// CHECK-NOT: input_values
// CHECK: exec.encode direct fixed <{{.*}}> : !snn
exec.program @vector model "net" steps 1 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = i16, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
    exec.yield %e : !snn.spikes<2, graded, fixed>
  } -> !snn.spikes<2, graded, fixed>
  exec.layer @out {
    exec.deliver %s -> %a through (#exec.gemm<shift = 0>) weights dense<1> : tensor<2x2xi8> : !snn.spikes<2, graded, fixed>, memref<2xi32>
    exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<2xi32>
    exec.yield
  }
}

// -----

// Two readers of which one looks for a pixel's own numbers: the input is normalized once.
// CHECK-LABEL: exec.program @twice
// CHECK: exec.buffer "input_values"
exec.program @twice model "net" steps 1 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  exec.layer @out {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    exec.deliver %s -> %a : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<2x2x2xi32>
    exec.yield
  }
}

// -----

// Sums that pass on within their layer are there pixel by pixel, too: a pool before a matrix.
// CHECK-LABEL: exec.program @passed
// CHECK-SAME: order values arena [2, 0, 32]
// CHECK-DAG: exec.buffer "out__passed" for "sums that pass on" part 2 live [2, 2]
exec.program @passed model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x4x4xi32>
  %b = exec.buffer "b" for "sums" : memref<2x2x2xi32>
  %c = exec.buffer "c" for "sums" : memref<3xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x4x4, graded, fixed>
    exec.yield %e : !snn.spikes<2x4x4, graded, fixed>
  } -> !snn.spikes<2x4x4, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x4x4, graded, fixed>, memref<2x4x4xi32>
    %f = exec.fire relu(%a : memref<2x4x4xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x4x4, ternary, fixed>
    exec.yield %f : !snn.spikes<2x4x4, ternary, fixed>
  } -> !snn.spikes<2x4x4, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.pool<kernel = [2, 2], strides = [2, 2], pads = [0, 0, 0, 0], count_include_pad = false>)
      : !snn.spikes<2x4x4, ternary, fixed>, memref<2x2x2xi32>
    %p = exec.pass %b : memref<2x2x2xi32> -> !snn.current<2x2x2, fixed>
    exec.deliver %p -> %c through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x3xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[8]>] : !snn.current<2x2x2, fixed>, memref<3xi32>
    exec.decode %c start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<3xi32>
    exec.yield
  }
}

// -----

// What a layer writes may lie where it has read all that it reads: a window of three pixels reads one behind its own (two
// channels: values begin 2 elements before the input), a window of one at its place. Sums of a class are no output.
// CHECK-LABEL: exec.program @over
// CHECK-SAME: order values arena [2, 0, 18]
// CHECK-DAG: exec.buffer "one__values" {{.*}} live [1, 2] at 2 : memref<2x1x8xui8>
// CHECK-DAG: exec.buffer "two__values" {{.*}} live [2, 3] at 0 : memref<2x1x8xui8>
// CHECK-DAG: exec.buffer "three__values" {{.*}} live [3, 4] at 0 : memref<2x1x8xui8>
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" live [4, 4] at 0 : memref<2xi32>
exec.program @over model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x1x8xi32>
  %b = exec.buffer "b" for "sums" : memref<2x1x8xi32>
  %c = exec.buffer "c" for "sums" : memref<2x1x8xi32>
  %d = exec.buffer "d" for "sums" : memref<2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x1x8, graded, fixed>
    exec.yield %e : !snn.spikes<2x1x8, graded, fixed>
  } -> !snn.spikes<2x1x8, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [0, 1, 0, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x1x3xi8> : !snn.spikes<2x1x8, graded, fixed>, memref<2x1x8xi32>
    %f = exec.fire relu(%a : memref<2x1x8xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x1x8, ternary, fixed>
    exec.yield %f : !snn.spikes<2x1x8, ternary, fixed>
  } -> !snn.spikes<2x1x8, ternary, fixed>
  %u = exec.layer @two {
    exec.deliver %t -> %b through (#exec.conv<strides = [1, 1], pads = [0, 1, 0, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x1x3xi8> : !snn.spikes<2x1x8, ternary, fixed>, memref<2x1x8xi32>
    %f = exec.fire relu(%b : memref<2x1x8xi32>) start 3 starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x1x8, ternary, fixed>
    exec.yield %f : !snn.spikes<2x1x8, ternary, fixed>
  } -> !snn.spikes<2x1x8, ternary, fixed>
  %v = exec.layer @three {
    exec.deliver %u -> %c through (#exec.conv<strides = [1, 1], pads = [0, 0, 0, 0], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x1x1xi8> : !snn.spikes<2x1x8, ternary, fixed>, memref<2x1x8xi32>
    %f = exec.fire relu(%c : memref<2x1x8xi32>) start 6 starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [2, 1], zones = [10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x1x8, ternary, fixed>
    exec.yield %f : !snn.spikes<2x1x8, ternary, fixed>
  } -> !snn.spikes<2x1x8, ternary, fixed>
  exec.layer @out {
    exec.deliver %v -> %d through (#exec.gemm<shift = 0>) weights dense<1> : tensor<16x2xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[16]>] : !snn.spikes<2x1x8, ternary, fixed>, memref<2xi32>
    exec.decode %d start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      as class : memref<2xi32>
    exec.yield
  }
}

// -----

// Outputs in 8 bits are there pixel by pixel, or some columns of a matrix at a time; a class some columns at a time. A few columns,
// and columns of what goes from event to event, are there together.
// CHECK-LABEL: exec.program @pixels
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" part 3 live [2, 2] at {{[0-9]+}} : memref<3x2x2xi32>
exec.program @pixels model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<3x2x2xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<3x2x3x3xi8> : !snn.spikes<2x2x2, ternary, fixed>, memref<3x2x2xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> as int8 drop 4
      : memref<3x2x2xi32>
    exec.yield
  }
}

// -----

// CHECK-LABEL: exec.program @columns
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" part 64 live [2, 2] at {{[0-9]+}} : memref<100xi32>
exec.program @columns model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<100xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x100xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, ternary, fixed>, memref<100xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> as int8 drop 4
      : memref<100xi32>
    exec.yield
  }
}

// -----

// CHECK-LABEL: exec.program @class
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" part 64 live [2, 2] at {{[0-9]+}} : memref<100xi32>
exec.program @class model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<100xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x100xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, ternary, fixed>, memref<100xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> as class
      : memref<100xi32>
    exec.yield
  }
}

// -----

// CHECK-LABEL: exec.program @few
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" live [2, 2] at {{[0-9]+}} : memref<64xi32>
exec.program @few model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<64xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x64xi8>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, ternary, fixed>, memref<64xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> as class
      : memref<64xi32>
    exec.yield
  }
}

// -----

// CHECK-LABEL: exec.program @moved
// CHECK-DAG: exec.buffer "out__sums" for "sums of currents" live [2, 2] at {{[0-9]+}} : memref<100xi32>
exec.program @moved model "net" steps 8 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x2x2xi32>
  %b = exec.buffer "b" for "sums" : memref<100xi32>
  %s = exec.layer @input {
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1, 1], offsets = [0, 0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<2x2x2, graded, fixed>
  } -> !snn.spikes<2x2x2, graded, fixed>
  %t = exec.layer @one {
    exec.deliver %s -> %a through (#exec.conv<strides = [1, 1], pads = [1, 1, 1, 1], dilations = [1, 1], group = 1, shift = 0>)
      weights dense<1> : tensor<2x2x3x3xi8> : !snn.spikes<2x2x2, graded, fixed>, memref<2x2x2xi32>
    %f = exec.fire relu(%a : memref<2x2x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
      operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
      : !snn.spikes<2x2x2, ternary, fixed>
    exec.yield %f : !snn.spikes<2x2x2, ternary, fixed>
  } -> !snn.spikes<2x2x2, ternary, fixed>
  exec.layer @out {
    exec.deliver %t -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<8x100xi8>
      map [#exec.transpose<[0, 2, 1]>, #exec.reshape<[8]>] : !snn.spikes<2x2x2, ternary, fixed>, memref<100xi32>
    exec.decode %b start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> as class
      : memref<100xi32>
    exec.yield
  }
}
