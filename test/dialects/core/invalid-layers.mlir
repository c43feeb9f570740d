// RUN: snn-opt %s --allow-unregistered-dialect --split-input-file --verify-diagnostics

// Tests what a layer and a core must be.
core.program @no_yield model <"tiny", {}> steps 1 {
  // expected-error@below {{must end in core.yield}}
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    "elsewhere.end"() : () -> ()
  }
}

// -----

core.program @yields_a_tensor model <"tiny", {}> steps 1 {
  // expected-error@below {{must yield spikes, a current, or the output of snn.decode}}
  core.layer @in from [] depth 0 {
    %c = arith.constant dense<1.0> : tensor<2xf32>
    core.yield %c : tensor<2xf32>
  }
}

// -----

core.program @input_without_argument model <"tiny", {}> steps 1 {
  // expected-error@below {{encodes the network's input: it takes that one argument and no source}}
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>, %unused: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
}

// -----

core.program @arguments model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{has 1 sources, but its body takes 2 arguments}}
  core.layer @relay from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>, %t: !snn.spikes<2, graded>):
    %c = snn.add %s, %t : (!snn.spikes<2, graded>, !snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
}

// -----

core.program @three_polarities model <"tiny", {}> steps 1 {
  // expected-error@below {{has 1 or 2 polarities and at least 1 digit}}
  core.layer @in from [] depth 0 polarities 3 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
}

// -----

core.program @too_early model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{must be deeper than its source @in}}
  core.layer @relay from [@in] depth 0 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
}

// -----

core.program @negative_number model <"tiny", {}> steps 1 {
  // expected-error@below {{must have a number of at least 0}}
  core.core -1 load {} {
  }
}

// -----

core.program @holds_a_constant model <"tiny", {}> steps 1 {
  // expected-error@below {{holds populations only}}
  core.core 0 load {} {
    %c = arith.constant dense<1.0> : tensor<2xf32>
  }
}

// -----

core.program @short_place model <"tiny", {}> steps 1 {
  // expected-error@below {{has a place [x, y, core of the router], found 2 numbers}}
  core.core 0 at [0, 0] load {} {
  }
}

// -----

core.program @stranger model <"tiny", {}> steps 1 {
  // expected-error@below {{has no place in a program of cores}}
  %c = arith.constant dense<1.0> : tensor<2xf32>
}

// -----

core.program @twice model <"tiny", {width = 2}> steps 1 {
  core.core 0 load {} {
  }
  // expected-error@below {{is a second one of that number}}
  core.core 0 load {} {
  }
}

// -----

// expected-error@below {{neuron must be "programmable" or "integrate_and_fire"}}
core.program @neuron model <"tiny", {neuron = "leaky"}> steps 1 {
}
