// RUN: snn-opt %s --split-input-file --verify-diagnostics

core.program @unknown_source model <"tiny", {}> steps 1 {
  // expected-error@below {{names layer @missing, which does not come before it}}
  core.layer @relay from [@missing] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
}

// -----

core.program @wrong_type model <"tiny", {}> steps 1 {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{takes '!snn.spikes<2, ternary>' from @input, which sends '!snn.spikes<2, graded>'}}
  core.layer @relay from [@input] depth 1 {
  ^bb0(%s: !snn.spikes<2, ternary>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, ternary>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
}

// -----

core.program @too_late model <"tiny", {max_delay = 1}> steps 1 {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{hears @input 2 steps late, but a spike of model 'tiny' can wait 1}}
  core.layer @relay from [@input] depth 3 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
}

// -----

core.program @too_many model <"tiny", {neurons = 1}> steps 1 {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  core.layer @relay from [@input] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  // expected-error@below {{takes 2 of neurons, but a core of model 'tiny' has 1}}
  core.core 0 load {} {
    core.population @relay offsets [0] sizes [2]
  }
}

// -----

core.program @load model <"tiny", {in_axons = 8}> steps 1 {
  // expected-error@below {{takes 9 of in_axons, but a core of model 'tiny' has 8}}
  core.core 0 load {in_axons = 9} {
  }
}

// -----

core.program @outside model <"tiny", {width = 2, height = 1}> steps 1 {
  // expected-error@below {{sits outside of the mesh of 2 x 1 routers with 1 cores each}}
  core.core 0 at [0, 1, 0] load {} {
  }
}

// -----

core.program @same_place model <"tiny", {width = 2, height = 1}> steps 1 {
  core.core 0 at [0, 0, 0] load {} {
  }
  // expected-error@below {{sits where another core sits}}
  core.core 1 at [0, 0, 0] load {} {
  }
}

// -----

core.program @uncovered model <"tiny", {}> steps 1 {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{has 2 neurons, of which cores hold 1}}
  core.layer @relay from [@input] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  core.core 0 load {} {
    core.population @relay offsets [0] sizes [1]
  }
}

// -----

// expected-error@below {{neurons must be a number of at least 0, true or false}}
core.program @bad_model model <"tiny", {neurons = -1}> steps 1 {
}

// -----

core.program @no_core model <"tiny", {}> steps 1 {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{names core 7, which is not there}}
  core.route @input to 7 axons 2 events 2.0
}

// -----

core.program @product_inside model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  // expected-error@below {{has 'snn.mul' inside; that is a layer of its own, which yields it}}
  core.layer @relu from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.mul %s, %s : (!snn.spikes<2, graded>, !snn.spikes<2, graded>) -> !snn.current<2>
    %y = snn.neuron relu(%c) schedule <constant(0.5)> code <sign> : (!snn.current<2>) -> !snn.spikes<2, sign>
    core.yield %y : !snn.spikes<2, sign>
  }
}
