// RUN: snn-opt %s --split-input-file --verify-diagnostics --mlir-print-op-on-diagnostic=false

// Tests what a program that takes updates must be.
// expected-error@below {{has updates, and no input that they are of}}
core.program @no_input model <"tiny", {}> steps 1 updates [0] {
}

// -----

// expected-error@below {{has updates with 1 thresholds, but the input 2 channels}}
core.program @channels model <"tiny", {}> steps 1 updates [0] {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
}

// -----

// expected-error@below {{has updates with thresholds of 0 to 65535, found 65536}}
core.program @threshold model <"tiny", {}> steps 1 updates [0, 65536] {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
}

// -----

core.program @input_code model <"tiny", {}> steps 1 updates [0, 0] {
  // expected-error@below {{layer 'in' takes no updates: only the direct code sends just what changed (--input-code direct)}}
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x float schedule <dyadic(0.5, 1), steps = 1> : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
}

// -----

core.program @endless model <"tiny", {}> steps 1 updates [0, 0] {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{layer 'relu' takes no updates: its schedule does not end (--schedule dyadic:FIRST,REPEAT,STEPS)}}
  core.layer @relu from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    %y = snn.neuron relu(%c) schedule <dyadic(0.5, 1)> code <ternary, 0.5> : (!snn.current<2>) -> !snn.spikes<2, ternary>
    core.yield %y : !snn.spikes<2, ternary>
  }
}

// -----

core.program @rates model <"tiny", {}> steps 1 updates [0, 0] {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{layer 'sign' takes no updates: with the sign code it is never silent (--code ternary)}}
  core.layer @sign from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    %y = snn.neuron relu(%c) schedule <dyadic(0.5, 1), steps = 1> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
    core.yield %y : !snn.spikes<2, sign>
  }
}
