// Three neurons that end by tables of one period (a: of 32 and more estimates, sums shifted to the left; b: not shifted) and by a
// closed form (c).
exec.program @network model "ends" steps 40 inputs [#exec.input<"x", [1]>] outputs [#exec.output<"y", 0, "">] {
  %a = exec.buffer "a" for "sums" : memref<1xi32>
  %b = exec.buffer "b" for "sums" : memref<1xi32>
  %c = exec.buffer "c" for "sums" : memref<1xi32>
  %o = exec.buffer "o" for "sums" : memref<1xi32>
  %s = exec.encode direct fixed <raw = i16, raw_fraction = 0, multipliers = [1], offsets = [0], shift = 0,
    fraction = 0, event_fraction = 0, steps = []> : !snn.spikes<1, graded, fixed>
  exec.deliver %s -> %a : !snn.spikes<1, graded, fixed>, memref<1xi32>
  exec.deliver %s -> %b factors dense<8> : tensor<1xi8> : !snn.spikes<1, graded, fixed>, memref<1xi32>
  exec.deliver %s -> %c factors dense<8> : tensor<1xi8> : !snn.spikes<1, graded, fixed>, memref<1xi32>
  %p = exec.fire relu(%a : memref<1xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 12,
    operand_fraction = 13, steps = [2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1],
    zones = [2703, 1352, 676, 338, 169, 84, 42, 21, 11, 5, 3, 1], shifts = [30], multipliers = [dense<900000001> : tensor<1xi32>]>
    : !snn.spikes<1, ternary, fixed>
  %q = exec.fire relu(%b : memref<1xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 12,
    operand_fraction = 14, steps = [2048, 1024, 512, 256, 128, 64, 32, 16, 8, 4, 2, 1],
    zones = [5407, 2703, 1352, 676, 338, 169, 84, 42, 21, 11, 5, 3], shifts = [34], multipliers = [dense<2000000011> : tensor<1xi32>]>
    : !snn.spikes<1, ternary, fixed>
  %r = exec.fire relu(%c : memref<1xi32>) starts [dense<0> : tensor<1xi32>] fixed <state = 32, event_fraction = 3,
    operand_fraction = 6, steps = [4, 2, 1], zones = [21, 10, 5], shifts = [40], multipliers = [dense<2000000011> : tensor<1xi32>]>
    : !snn.spikes<1, ternary, fixed>
  exec.deliver %p -> %o : !snn.spikes<1, ternary, fixed>, memref<1xi32>
  exec.deliver %q -> %o : !snn.spikes<1, ternary, fixed>, memref<1xi32>
  exec.deliver %r -> %o : !snn.spikes<1, ternary, fixed>, memref<1xi32>
  exec.decode %o start dense<0> : tensor<1xi32> fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>>
    : memref<1xi32>
}
