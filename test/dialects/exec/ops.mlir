// RUN: snn-opt %s | snn-opt | FileCheck %s
// RUN: snn-opt %s --mlir-print-op-generic | snn-opt | FileCheck %s

// Tests that every operation, attribute and optional part is written as it is read.

// CHECK-LABEL: exec.program @placed model "net" steps 3
// CHECK-SAME: inputs [#exec.input<"x", [1, 2, 2]>] outputs [#exec.output<"y", 0, "softmax">] order layers arena [14, 26]
exec.program @placed model "net" steps 3 inputs [#exec.input<"x", [1, 2, 2]>]
    outputs [#exec.output<"y", 0, "softmax">] order layers arena [14, 26] {
  // CHECK: exec.buffer "relu__sums" for "sums of currents" range [-9, 9] live [1, 1] at 0 : memref<2xi32>
  %sums = exec.buffer "relu__sums" for "sums of currents" range [-9, 9] live [1, 1] at 0 : memref<2xi32>
  // CHECK: exec.buffer "y__passed" for "sums of all steps that pass on" slots 3 live [2, 3] at 2 : memref<2xi32>
  %passed = exec.buffer "y__passed" for "sums of all steps that pass on" slots 3 live [2, 3] at 2 : memref<2xi32>
  %out = exec.buffer "y__sums" for "sums of currents" live [3, 3] at 8 : memref<2xi32>
  %values = exec.buffer "input_values" for "the input, normalized" live [0, 1] at 0 : memref<1x2x2xi16>
  %v = exec.buffer "relu__v" for "estimates" live [1, 1] at 4 : memref<2xi16>
  %y = exec.buffer "relu__y" for "outputs" live [1, 1] at 6 : memref<2xi16>
  %train = exec.buffer "relu__train" for "events of all steps" live [1, 2] at 8 : memref<2xi16>
  // CHECK: exec.layer @input {
  %s = exec.layer @input {
    // CHECK: exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0, fraction = 4, event_fraction = 0, steps = []> values %{{.*}} : memref<1x2x2xi16> : !snn.spikes<1x2x2, graded, fixed>
    %e = exec.encode direct fixed <raw = u8, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
      fraction = 4, event_fraction = 0, steps = []> values %values : memref<1x2x2xi16> : !snn.spikes<1x2x2, graded, fixed>
    // CHECK: exec.yield %{{.*}} : !snn.spikes<1x2x2, graded, fixed>
    exec.yield %e : !snn.spikes<1x2x2, graded, fixed>
  // CHECK: } -> !snn.spikes<1x2x2, graded, fixed>
  } -> !snn.spikes<1x2x2, graded, fixed>
  %t = exec.layer @relu {
    // CHECK: exec.deliver %{{.*}} -> %{{.*}} through (#exec.gemm<shift = 1>) weights dense<1> : tensor<4x2xi4> map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[4]>] factors dense<3> : tensor<1x2x1xi32> by gemm : !snn.spikes<1x2x2, graded, fixed>, memref<2xi32>
    exec.deliver %s -> %sums through (#exec.gemm<shift = 1>) weights dense<1> : tensor<4x2xi4>
      map [#exec.transpose<[1, 2, 0]>, #exec.reshape<[4]>] factors dense<3> : tensor<1x2x1xi32> by gemm
      : !snn.spikes<1x2x2, graded, fixed>, memref<2xi32>
    // CHECK: exec.fire relu(%{{.*}} : memref<2xi32>) start 1 starts [dense<3> : tensor<1xi32>] initial dense<2> : tensor<1xi16> fixed <state = 16, {{.*}}> train estimates %{{.*}} : memref<2xi16> outputs %{{.*}} : memref<2xi16> events %{{.*}} : memref<2xi16> : !snn.spikes<2, ternary, fixed>
    %f = exec.fire relu(%sums : memref<2xi32>) start 1 starts [dense<3> : tensor<1xi32>] initial dense<2> : tensor<1xi16>
      fixed <state = 16, event_fraction = 8, operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10],
      multipliers = [dense<1000> : tensor<1xi32>]> train estimates %v : memref<2xi16> outputs %y : memref<2xi16>
      events %train : memref<2xi16> : !snn.spikes<2, ternary, fixed>
    exec.yield %f : !snn.spikes<2, ternary, fixed>
  } -> !snn.spikes<2, ternary, fixed>
  %c = exec.layer @mean {
    exec.deliver %t -> %passed by map : !snn.spikes<2, ternary, fixed>, memref<2xi32>
    // CHECK: exec.pass %{{.*}} : memref<2xi32> -> !snn.current<2, fixed>
    %p = exec.pass %passed : memref<2xi32> -> !snn.current<2, fixed>
    exec.yield %p : !snn.current<2, fixed>
  } -> !snn.current<2, fixed>
  // CHECK: exec.layer @y {
  exec.layer @y {
    exec.deliver %c -> %out by map : !snn.current<2, fixed>, memref<2xi32>
    // CHECK: exec.decode %{{.*}} start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> : memref<2xi32>
    exec.decode %out start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
      : memref<2xi32>
    // CHECK: exec.yield{{$}}
    exec.yield
  }
}

// Tasks without layers, and the synapses that keep sums.
// CHECK-LABEL: exec.program @tasks
exec.program @tasks model "net" steps 2 inputs [] outputs [] {
  %a = exec.buffer "a" for "sums" : memref<2x3xi32>
  %b = exec.buffer "b" for "sums" : memref<3x4xi32>
  %c = exec.buffer "c" for "sums" : memref<2x4xi32>
  %d = exec.buffer "d" for "sums" : memref<2x4xi32>
  %e = exec.buffer "e" for "sums" : memref<6xi32>
  %k = exec.buffer "k" for "kept" : memref<2x3xi16>
  %l = exec.buffer "l" for "kept" : memref<3x4xi16>
  %m = exec.buffer "m" for "kept" : memref<2x4xi32>
  %v = exec.buffer "v" for "sums" : memref<12xi32>
  %w = exec.buffer "w" for "sums" : memref<2x2x2xi32>
  // CHECK: exec.encode spike start 1 fixed {{.*}} train estimates %{{.*}} : memref<2x3xi16> sent %{{.*}} : memref<2x3xi32> events %{{.*}} : memref<2x3xi16> : !snn.spikes<2x3, sign, fixed>
  %s = exec.encode spike start 1 fixed <raw = i16, raw_fraction = 8, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 8, event_fraction = 8, steps = [64, 32]> train estimates %k : memref<2x3xi16> sent %a : memref<2x3xi32>
    events %k : memref<2x3xi16> : !snn.spikes<2x3, sign, fixed>
  // CHECK: exec.background %{{.*}} -> %{{.*}} values dense<-7> : tensor<1xi32> : !snn.spikes<2x3, sign, fixed>, memref<2x3xi32>
  exec.background %s -> %a values dense<-7> : tensor<1xi32> : !snn.spikes<2x3, sign, fixed>, memref<2x3xi32>
  // CHECK: exec.multiply %{{.*}}, %{{.*}} -> %{{.*}} starts [dense<1> : tensor<1x3xi32>, dense<0> : tensor<1xi32>] kept %{{.*}}, %{{.*}} : memref<2x3xi16>, memref<3x4xi16> : memref<2x3xi32>, memref<3x4xi32>, memref<2x4xi32>
  exec.multiply %a, %b -> %c starts [dense<1> : tensor<1x3xi32>, dense<0> : tensor<1xi32>]
    kept %k, %l : memref<2x3xi16>, memref<3x4xi16> : memref<2x3xi32>, memref<3x4xi32>, memref<2x4xi32>
  // CHECK: exec.multiply %{{.*}}, %{{.*}} -> %{{.*}} elementwise starts
  exec.multiply %c, %c -> %d elementwise starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2x4xi32>, memref<2x4xi32>, memref<2x4xi32>
  // CHECK: exec.requantize %{{.*}} -> %{{.*}} multipliers dense<1200> : tensor<1xi32> shift 20 limit 8191 start dense<0> : tensor<1xi32> kept %{{.*}} : memref<2x4xi32> : memref<2x4xi32>, memref<2x4xi32>
  exec.requantize %c -> %d multipliers dense<1200> : tensor<1xi32> shift 20 limit 8191 start dense<0> : tensor<1xi32>
    kept %m : memref<2x4xi32> : memref<2x4xi32>, memref<2x4xi32>
  // CHECK: exec.multiply %{{.*}}, %{{.*}} -> %{{.*}} elementwise whole starts
  exec.multiply %c, %c -> %d elementwise whole starts [dense<0> : tensor<1xi32>, dense<0> : tensor<1xi32>]
    : memref<2x4xi32>, memref<2x4xi32>, memref<2x4xi32>
  // CHECK: exec.requantize %{{.*}} -> %{{.*}} whole multipliers {{.*}} : memref<2x4xi32>, memref<2x4xi16>
  %n = exec.buffer "n" for "values" : memref<2x4xi16>
  exec.requantize %c -> %n whole multipliers dense<1200> : tensor<1xi32> shift 20 limit 8191 start dense<0> : tensor<1xi32>
    : memref<2x4xi32>, memref<2x4xi16>
  // CHECK: exec.pass %{{.*}} : memref<2x4xi16> -> !snn.current<2x4, fixed>
  %o = exec.pass %n : memref<2x4xi16> -> !snn.current<2x4, fixed>
  // CHECK: exec.deliver %{{.*}} -> %{{.*}} map [#exec.gather<axis = 1, indices = [0, 0, 2]>] : !snn.spikes<2x3, sign, fixed>, memref<2x3xi32>
  exec.deliver %s -> %a map [#exec.gather<axis = 1, indices = [0, 0, 2]>] : !snn.spikes<2x3, sign, fixed>, memref<2x3xi32>
  // CHECK: map [#exec.slice<starts = [1, 0], sizes = [1, 2], steps = [1, 2]>, #exec.pad<[0, 1, 0, 0]>, #exec.insert<axis = 0, offset = 1, size = 2>, #exec.reshape<[6]>]
  exec.deliver %s -> %e map [#exec.slice<starts = [1, 0], sizes = [1, 2], steps = [1, 2]>, #exec.pad<[0, 1, 0, 0]>,
    #exec.insert<axis = 0, offset = 1, size = 2>, #exec.reshape<[6]>] : !snn.spikes<2x3, sign, fixed>, memref<6xi32>
  // CHECK: through (#exec.conv<strides = [1], pads = [1, 0], dilations = [1], group = 2, shift = 0>) weights dense<1> : tensor<2x1x2xi8>
  exec.deliver %s -> %a through (#exec.conv<strides = [1], pads = [1, 0], dilations = [1], group = 2, shift = 0>)
    weights dense<1> : tensor<2x1x2xi8> : !snn.spikes<2x3, sign, fixed>, memref<2x3xi32>
  // CHECK: through (#exec.pool<kernel = [2, 2], strides = [1, 1], pads = [0, 0, 1, 0], count_include_pad = true>) map [#exec.reshape<[2, 2, 3]>{{.*}}] by pool
  %u = exec.pass %v : memref<12xi32> -> !snn.current<12, fixed>
  exec.deliver %u -> %w through (#exec.pool<kernel = [2, 2], strides = [1, 1], pads = [0, 0, 1, 0], count_include_pad = true>)
    map [#exec.reshape<[2, 2, 3]>] by pool : !snn.current<12, fixed>, memref<2x2x2xi32>
}

// By values.
// CHECK-LABEL: exec.program @values {{.*}} order values arena [2, 4, 2]
exec.program @values model "net" steps 2 inputs [] outputs [] order values arena [2, 4, 2] {
  // CHECK: exec.buffer "a" for "sums" part 2 live [1, 1] at 0 : memref<2x1x2xi32>
  %a = exec.buffer "a" for "sums" part 2 live [1, 1] at 0 : memref<2x1x2xi32>
  %x = exec.buffer "x" for "the input" live [0, 1] at 0 : memref<2x1x2xi16>
  // CHECK: exec.buffer "y" for "values" range [0, 7] live [1, 1] at 0 : memref<2x1x2xui8>
  %y = exec.buffer "y" for "values" range [0, 7] live [1, 1] at 0 : memref<2x1x2xui8>
  // CHECK: exec.buffer "z" for "values" range [-7, 7] live [2, 2] at 0 : memref<2xi8>
  %z = exec.buffer "z" for "values" range [-7, 7] live [2, 2] at 0 : memref<2xi8>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> values %x : memref<2x1x2xi16> : !snn.spikes<2x1x2, graded, fixed>
  // CHECK: exec.buffer "o" for "sums" live [2, 2] in output at 3 : memref<2xi32>
  %o = exec.buffer "o" for "sums" live [2, 2] in output at 3 : memref<2xi32>
  // CHECK: by gather_map
  exec.deliver %s -> %a by gather_map : !snn.spikes<2x1x2, graded, fixed>, memref<2x1x2xi32>
  // CHECK: map [#exec.slice<starts = [0, 0, 1], sizes = [2, 1, 2], steps = [1, 1, -1]>] by gather_move
  exec.deliver %s -> %a map [#exec.slice<starts = [0, 0, 1], sizes = [2, 1, 2], steps = [1, 1, -1]>] by gather_move
    : !snn.spikes<2x1x2, graded, fixed>, memref<2x1x2xi32>
  // CHECK: exec.fire {{.*}}> final [0, 7] closed [6, 216, 0, 42, 22] values %{{.*}} : memref<2x1x2xui8> : !snn
  %f = exec.fire relu(%a : memref<2x1x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] closed [6, 216, 0, 42, 22] values %y : memref<2x1x2xui8> : !snn.spikes<2x1x2, ternary, fixed>
  // CHECK: exec.fire {{.*}}> final [0, 7] periodic [2, 216, 0, 1, 0, 1, 0, 1] values %{{.*}} : memref<2x1x2xui8> : !snn
  %g = exec.fire relu(%a : memref<2x1x2xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [34], multipliers = [dense<1000> : tensor<1xi32>]>
    final [0, 7] periodic [2, 216, 0, 1, 0, 1, 0, 1] values %y : memref<2x1x2xui8> : !snn.spikes<2x1x2, ternary, fixed>
}

// CHECK-LABEL: exec.program @outputs
exec.program @outputs model "net" steps 2 inputs [] outputs [] {
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1], offsets = [0, 0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<2, graded, fixed>
  %a = exec.buffer "a" for "sums" : memref<2xi32>
  // CHECK: exec.decode %{{.*}} start dense<0> : tensor<1xi32> fixed <{{.*}}> : memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as int32 : memref<2xi32>
  // CHECK: exec.decode {{.*}}> as int8 drop 9 : memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as int8 drop 9 : memref<2xi32>
  // CHECK: exec.decode {{.*}}> as class : memref<2xi32>
  exec.decode %a start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    as class : memref<2xi32>
}

// CHECK-LABEL: exec.program @updates model "net" steps 2 inputs [] outputs [] updates order layers arena [9, 4] {
exec.program @updates model "net" steps 2 inputs [] outputs [] updates order layers arena [9, 4] {
  %values = exec.buffer "input_values" for "what has been sent of the input" live [0, 1] at 0 : memref<1xi16>
  %sent = exec.buffer "input_sent" for "what changed of the input" live [0, 1] at 0 : memref<1xi32>
  %changed = exec.buffer "input_marks" for "elements that changed" live [0, 1] at 1 : memref<1xi32>
  %sums = exec.buffer "a" for "sums" live [0, 1] at 2 : memref<1xi32>
  %passed = exec.buffer "b" for "sums" live [0, 1] at 3 : memref<1xi32>
  %restless = exec.buffer "restless" for "neurons to compare in the next update" live [0, 1] at 4 : memref<1xi32>
  %fired = exec.buffer "fired" for "neurons that sent an event" live [0, 1] at 5 : memref<1xi32>
  %work = exec.buffer "work" for "neurons at work" live [0, 1] at 6 : memref<3xi32>
  // CHECK: exec.encode direct fixed <{{.*}}> thresholds [5] values %{{.*}} : memref<1xi16> sent %{{.*}} : memref<1xi32> marks %{{.*}} : memref<1xi32> : !snn.spikes<1, graded, fixed>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
    fraction = 12, event_fraction = 0, steps = []> thresholds [5] values %values : memref<1xi16>
    sent %sent : memref<1xi32> marks %changed : memref<1xi32> : !snn.spikes<1, graded, fixed>
  exec.deliver %s -> %passed : !snn.spikes<1, graded, fixed>, memref<1xi32>
  // CHECK: exec.pass %{{.*}} marks %{{.*}} : memref<1xi32> : memref<1xi32> -> !snn.current<1, fixed>
  %c = exec.pass %passed marks %changed : memref<1xi32> : memref<1xi32> -> !snn.current<1, fixed>
  exec.deliver %c -> %sums : !snn.current<1, fixed>, memref<1xi32>
  // CHECK: exec.fire relu(%{{.*}} : memref<1xi32>) starts [{{.*}}] hysteresis 7 fixed <{{.*}}> marks %{{.*}}, %{{.*}}, %{{.*}} : memref<1xi32>, memref<1xi32>, memref<3xi32> : !snn.spikes<1, ternary, fixed>
  %f = exec.fire relu(%sums : memref<1xi32>) starts [dense<0> : tensor<1xi32>] hysteresis 7 fixed <state = 32, event_fraction = 8,
    operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10], multipliers = [dense<1000> : tensor<1xi32>]>
    marks %restless, %fired, %work : memref<1xi32>, memref<1xi32>, memref<3xi32> : !snn.spikes<1, ternary, fixed>
}
