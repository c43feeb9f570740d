// RUN: snn-opt %s --split-input-file --verify-diagnostics

// Tests that populations hold every neuron of a layer once, and that a mesh has their cores.
core.program @dimensions model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  core.layer @relay from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  core.core 0 load {} {
    // expected-error@below {{needs 1 offsets and sizes, as the layer has dimensions}}
    core.population @relay offsets [0, 0] sizes [2, 1]
  }
}

// -----

core.program @leaves model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  core.layer @relay from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  core.core 0 load {} {
    // expected-error@below {{leaves the layer of shape 2 in dimension 0}}
    core.population @relay offsets [1] sizes [2]
  }
}

// -----

core.program @shared model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  core.layer @relay from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  core.core 0 load {} {
    core.population @relay offsets [0] sizes [2]
    // expected-error@below {{holds neurons that another population holds}}
    core.population @relay offsets [0] sizes [1]
  }
}

// -----

// expected-error@below {{takes 2 cores, but model 'tiny' has 1}}
core.program @crowded model <"tiny", {}> steps 1 {
  core.layer @in from [] depth 0 {
  ^bb0(%x: tensor<?x2xf32>):
    %s = snn.encode %x direct : tensor<?x2xf32> -> !snn.spikes<2, graded>
    core.yield %s : !snn.spikes<2, graded>
  }
  core.layer @relay from [@in] depth 1 {
  ^bb0(%s: !snn.spikes<2, graded>):
    %c = snn.reshape %s shape = [2] : (!snn.spikes<2, graded>) -> !snn.current<2>
    core.yield %c : !snn.current<2>
  }
  core.core 0 load {} {
    core.population @relay offsets [0] sizes [1]
  }
  core.core 1 load {} {
    core.population @relay offsets [1] sizes [1]
  }
}
