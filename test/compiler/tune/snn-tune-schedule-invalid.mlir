// RUN: snn-opt %s --split-input-file --verify-diagnostics --pass-pipeline="builtin.module(func.func(snn-tune-schedule{data=%models/digits_calibration.npz}))"
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule))" 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{goal=speed}))" 2>&1 | FileCheck %s --check-prefix=GOAL
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{budget=agreement=2}))" 2>&1 | FileCheck %s --check-prefix=BUDGET
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{confidence=1}))" 2>&1 | FileCheck %s --check-prefix=CONFIDENCE
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{safety=0.5}))" 2>&1 | FileCheck %s --check-prefix=SAFETY
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{share=0}))" 2>&1 | FileCheck %s --check-prefix=SHARE
// RUN: not snn-opt %S/Inputs/tiny.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{data=%models/digits_calibration.npz}))" 2>&1 | FileCheck %s --check-prefix=SHAPE
// RUN: echo "{}" > %t.state
// RUN: not snn-opt %S/Inputs/flat.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{data=%models/digits_calibration.npz state=%t.state}))" 2>&1 | FileCheck %s --check-prefix=STATE
// RUN: not snn-opt %S/Inputs/flat.mlir --pass-pipeline="builtin.module(func.func(snn-tune-schedule{data=%models/digits_calibration.npz max-steps=1}))" 2>&1 | FileCheck %s --check-prefix=STEPS

// DATA: error: tuning needs calibration images; give them with data=FILE
// GOAL: error: goal 'speed' is not one of events, steps, energy
// BUDGET: error: budget 'agreement=2' is not agreement=SHARE (above 0, at most 1) or points=P (0 to 100), error=E (above 0, at most 1), or one of the former and the latter with a comma between
// CONFIDENCE: error: confidence 1 is neither 0 nor between 0.5 and 1 (1 not included)
// SAFETY: error: safety 0.5 is not a factor from 1 to 100
// SHARE: error: share 0 is not above 0 and at most 1
// SHAPE: digits_calibration.npz
// STATE: is not the state of a search
// STEPS: error: tuning needs at least 3 time steps, found 1

func.func @sign(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  // expected-error@below {{has sign code, whose events are not its to choose; tuning needs the ternary code (code=ternary)}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 5> code <sign> : (!snn.current<64>) -> !snn.spikes<64, sign>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, sign>) -> !snn.current<64>
  %y = snn.decode %d : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

func.func @endless(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  // expected-error@below {{has a schedule without an end; give the number of time steps with max-steps}}
  %s = snn.neuron relu(%c) schedule <dyadic(0.5, 1)> code <ternary, 0.5> : (!snn.current<64>) -> !snn.spikes<64, ternary>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, ternary>) -> !snn.current<64>
  %y = snn.decode %d : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

// expected-error@below {{has no neurons, so that nothing can be tuned: it is linear}}
func.func @none(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x direct : tensor<?x64xf32> -> !snn.spikes<64, graded>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, graded>) -> !snn.current<64>
  %y = snn.decode %c : !snn.current<64> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}

// -----

// expected-error@below {{tuning needs neurons that follow functions, and no others (dynamics signgd)}}
func.func @rates(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %in = snn.encode %x analog : tensor<?x64xf32> -> !snn.spikes<64, analog>
  %c = snn.reshape %in shape = [64] : (!snn.spikes<64, analog>) -> !snn.current<64, rate>
  %s = snn.if %c schedule <inverse(1.0)> : !snn.current<64, rate> -> !snn.spikes<64, binary>
  %d = snn.reshape %s shape = [64] : (!snn.spikes<64, binary>) -> !snn.current<64, rate>
  %y = snn.decode %d schedule <inverse(1.0)> : !snn.current<64, rate> -> tensor<?x64xf32>
  return %y : tensor<?x64xf32>
}
