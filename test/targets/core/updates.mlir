// RUN: snn-opt %s --convert-snn-to-core="model=generic updates input-threshold=0.5" | FileCheck %s
// RUN: snn-opt %s --convert-snn-to-core="model=generic" | FileCheck %s --check-prefix=WITHOUT
// RUN: snn-opt %s --convert-snn-to-core="model=%S/Inputs/binary.toml updates" | FileCheck %s --check-prefix=BINARY
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=generic updates steps=3" 2>&1 | FileCheck %s --check-prefix=STEPS
// RUN: not snn-opt %s --mlir-print-op-on-diagnostic=false --convert-snn-to-core="model=generic updates input-threshold=-1" 2>&1 | FileCheck %s --check-prefix=THRESHOLD

// Tests that thresholds count in units of the normalized input, by channel (0.5 * 255 * multiplier / 2^shift), and that the
// difference of two inputs takes a bit more than an input.
// CHECK: core.program @net model <"generic"{{.*}} steps 4 updates [127, 63]
// WITHOUT: steps 4 {
// BINARY: steps 4 updates [0, 0]
// BINARY: core.layer @input from [] depth 0 polarities 2 digits 16
// STEPS: layer 'neuron' takes no updates: its schedule ends after 4 time steps, and the program after 3 (--steps 4)
// THRESHOLD: the input threshold must be finite and at least 0, found -1
func.func @net(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %in = snn.encode %x direct fixed <raw = u8, raw_fraction = 0, multipliers = [1024, 511], offsets = [0, -1], shift = 10, fraction = 12, event_fraction = 0, steps = []> : tensor<?x2xf32> -> !snn.spikes<2, graded, fixed>
  %c = snn.reshape %in shape = [2] : (!snn.spikes<2, graded, fixed>) -> !snn.current<2, fixed>
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 4> code <ternary, 0.5> hysteresis 2.0 fixed <state = 32, operand_fraction = 10, event_fraction = 8, shifts = [14], steps = [128, 64, 32, 16], zones = [256, 128, 64, 32], multipliers = [dense<900> : tensor<1xi32>]> : (!snn.current<2, fixed>) -> !snn.spikes<2, ternary, fixed>
  %z = snn.reshape %s shape = [2] : (!snn.spikes<2, ternary, fixed>) -> !snn.current<2, fixed>
  %y = snn.decode %z fixed <shift = 20, fraction = 12, multipliers = dense<5> : tensor<1xi32>> : !snn.current<2, fixed> -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
