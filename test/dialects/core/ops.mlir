// RUN: snn-opt %s --verify-roundtrip | FileCheck %s

// Tests that a placed program keeps its text form: model, layers with a delay, a relay, cores, routes.
// CHECK-LABEL: core.program @net model <"tiny", {height = 1 : i64, max_delay = 1 : i64, neurons = 4 : i64, width = 2 : i64}> steps 6
core.program @net model <"tiny", {width = 2, height = 1, neurons = 4, max_delay = 1}> steps 6 {
  // CHECK: core.layer @input from [] depth 0 rate 1.000000e+00 {
  core.layer @input from [] depth 0 rate 1.0 {
  ^bb0(%x: tensor<?x3xf32>):
    %s = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
    core.yield %s : !snn.spikes<3, graded>
  }
  // CHECK: core.layer @sum from [@input] depth 1 polarities 2 digits 15 {
  core.layer @sum from [@input] depth 1 polarities 2 digits 15 {
  ^bb0(%s: !snn.spikes<3, graded>):
    %c = snn.reshape %s shape = [3, 1] : (!snn.spikes<3, graded>) -> !snn.current<3x1>
    // CHECK: core.yield %{{.*}} : !snn.current<3x1>
    core.yield %c : !snn.current<3x1>
  }
  // CHECK: core.layer @output from [@sum, @input] depth 2 {
  core.layer @output from [@sum, @input] depth 2 {
  ^bb0(%a: !snn.spikes<3x1, graded>, %b: !snn.spikes<3, graded>):
    %0 = snn.reshape %b shape = [3, 1] : (!snn.spikes<3, graded>) -> !snn.current<3x1>
    %c = snn.add %a, %0 : (!snn.spikes<3x1, graded>, !snn.current<3x1>) -> !snn.current<3x1>
    %y = snn.decode %c : !snn.current<3x1> -> tensor<?x3x1xf32>
    core.yield %y : tensor<?x3x1xf32>
  }
  // CHECK: core.core 0 at [0, 0, 0] load {neurons = 3 : i64} {
  core.core 0 at [0, 0, 0] load {neurons = 3} {
    // CHECK: core.population @sum offsets [0, 0] sizes [3, 1]
    core.population @sum offsets [0, 0] sizes [3, 1]
  }
  // CHECK: core.core 1 load {} {
  core.core 1 load {} {
    core.population @output offsets [0, 0] sizes [2, 1]
    core.population @output offsets [2, 0] sizes [1, 1]
  }
  // CHECK: core.route @input to 0 axons 3 events 3.000000e+00
  core.route @input to 0 axons 3 events 3.0
  // CHECK: core.route @sum from 0 to 1 axons 3 events 4.500000e+00 hops 1
  core.route @sum from 0 to 1 axons 3 events 4.5 hops 1
}

// Tests the thresholds of a program that takes updates.
// CHECK-LABEL: core.program @stream model <"tiny", {}> steps 6 updates [0, 12, 65535] {
core.program @stream model <"tiny", {}> steps 6 updates [0, 12, 65535] {
  core.layer @input from [] depth 0 {
  ^bb0(%x: tensor<?x3xf32>):
    %s = snn.encode %x direct : tensor<?x3xf32> -> !snn.spikes<3, graded>
    core.yield %s : !snn.spikes<3, graded>
  }
}
