//===- From the snn dialect to a program for a mesh of cores ----------------------------------------===//
#ifndef SNNC_TARGETS_CORE_PASSES_TD
#define SNNC_TARGETS_CORE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertSNNToCorePass : Pass<"convert-snn-to-core", "::mlir::ModuleOp"> {
  let summary = "turn a spiking network into layers for the cores of a model";
  let description = [{
    Every function of the snn dialect becomes a `core.program`: each encoder, population and decoder
    a `core.layer` with the synapses before it. What the model cannot do is lowered to what it can:

    - without signed events, an event takes one of two axons, by its sign;
    - without graded events, a graded value is sent as binary events, one per binary digit, on axons
      of their own, where the receiver can shift; 
    - a delay longer than the model's is made of relays, populations that send on what they hear;
    - a neuron with more sources than the model's `fan_in` hears relays that each add up a part.

    With `updates` the program takes new inputs while it runs: what the encoder sends of one is the difference to what it
    has sent, which takes one bit more.

    What cannot be had exactly is refused with the reason.
  }];
  let options = [
    Option<"model", "model", "std::string", "\"generic\"", "name of a bundled model, or FILE.toml">,
    Option<"steps", "steps", "int64_t", "0",
      "time steps; 0: until every schedule has ended, else 32">,
    Option<"rate", "rate", "double", "1.25",
      "events of a ternary neuron for a sample, until a run has shown them">,
    Option<"updates", "updates", "bool", "false",
      "the program takes new inputs while it runs, and is refused where a layer cannot follow">,
    Option<"inputThreshold", "input-threshold", "double", "0",
      "of updates: an input value that has changed by no more, before it is normalized, is not sent">
  ];
  let dependentDialects = ["::snnc::core::CoreDialect", "::mlir::arith::ArithDialect"];
}

def CorePartitionPass : Pass<"core-partition", "::snnc::core::ProgramOp"> {
  let summary = "cut layers into populations that fit a core";
  let description = [{
    Each layer is cut into the fewest boxes that keep every limit of the model, and among those of
    one number the ones that hear the fewest axons. Boxes that follow each other share a core where
    both fit. Adds `core.core` and `core.route`. When a layer cannot be cut to fit, or all together
    take more cores than there are, says which limit is exceeded, by which layer, and by how much.
  }];
}

def CorePlacePass : Pass<"core-place", "::snnc::core::ProgramOp"> {
  let summary = "give every core a place in the mesh";
  let description = [{
    Makes the sum over routes of events times hops small: cores are placed one by one next to those
    they talk to most, then moved and swapped as long as that helps. `method=row-major` puts them in
    the order of their numbers, to compare with. Reports the sum as a remark.
  }];
  let options = [Option<"method", "method", "std::string", "\"search\"", "search or row-major">];
}

#endif
