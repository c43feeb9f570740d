//===- Passes that decide how an integer network runs on a processor ------------------------------===//
#ifndef SNNC_COMPILER_SCHEDULE_PASSES_TD
#define SNNC_COMPILER_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ConvertSNNToExecPass : Pass<"convert-snn-to-exec", "::mlir::ModuleOp"> {
  let summary = "turn an integer network into tasks over streams and buffers";
  let description = [{
    Every function of the snn dialect in integers becomes an `exec.program`. Currents that one operand reads share its
    sums; any other current has sums of its own, which are passed on (`exec.pass`). What sums start with, and what all
    neurons of a sign-coded population send together, is computed here: no bias and no initial output is left.
  }];
  let options = [
    Option<"model", "model", "std::string", "\"network\"", "the network's name">,
    Option<"steps", "steps", "int64_t", "0", "time steps; 0: until every schedule has ended, else 32">
  ];
  let dependentDialects = ["::snnc::exec::ExecDialect"];
}

def ExecFuseMapsPass : Pass<"exec-fuse-maps", "::snnc::exec::ProgramOp"> {
  let summary = "fuse index maps into the deliveries that read them";
  let description = [{
    A delivery that only moves elements (and may scale them), to sums that are only passed on to other
    deliveries, is made part of these: nothing is stored, cleared and looked through between the two. Parts of a
    concatenation are fused likewise, each into a delivery of its own. Where a matrix reads all elements of its
    stream, rows of its weights are moved instead, so that nothing is left of the map. A map that something is left of, and
    that several synapses read, stays: it is followed once.

    Before:
    ```mlir
    exec.deliver %x -> %a map [#exec.reshape<[4]>] : !snn.spikes<1x2x2, graded, fixed>, memref<4xi32>
    %c = exec.pass %a : memref<4xi32> -> !snn.current<4, fixed>
    exec.deliver %c -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<4x2xi8> : !snn.current<4, fixed>, memref<2xi32>
    ```
    After:
    ```mlir
    exec.deliver %x -> %b through (#exec.gemm<shift = 0>) weights dense<1> : tensor<4x2xi8> map [#exec.reshape<[4]>]
      : !snn.spikes<1x2x2, graded, fixed>, memref<2xi32>
    ```
  }];
}

def ExecFormLayersPass : Pass<"exec-form-layers", "::snnc::exec::ProgramOp"> {
  let summary = "group tasks that may run through all time steps before others begin";
  let description = [{
    A layer is a source of events, a decoder, or sums that several layers read, with all tasks that lead to nothing
    else. In the order of values (`--exec-form-values`), a requantize that writes values ends one. Each gets a name that is an
    identifier.
  }];
}

def ExecProveRangesPass : Pass<"exec-prove-ranges", "::snnc::exec::ProgramOp"> {
  let summary = "prove what sums stay within";
  let description = [{
    One pass with the magnitudes of all weights, in which every source sends as much as it can: what sums then hold
    bounds them at any time and in any order of events. Writes it to `range` of each buffer of sums; fails where
    they may not fit in 32 bits (docs/spec/fixed-point.md, FX-Q4).
  }];
}

def ExecFindFinalPass : Pass<"exec-find-final", "::snnc::exec::ProgramOp"> {
  let summary = "find the populations whose trains follow from final sums";
  let description = [{
    Where all that a population's sums get has arrived before its first step, a neuron's whole train follows from one
    number. Such a population gets `final`, what its outputs end within: for a function of one operand by going through all
    65,536 estimates, with each start and gain that neurons have (up to 256 of them), else its reach. A relu in the ternary code also gets its closed form, or a table of one period, where one gives what
    the steps give, for every sum.
  }];
}

def ExecChooseKernelsPass : Pass<"exec-choose-kernels", "::snnc::exec::ProgramOp"> {
  let summary = "choose what takes the events of each delivery to sums";
  let description = [{
    A window of a single place that moves by one is a product with a matrix: it adds a row of weights, with less
    arithmetic than any other window. In the order of values, deliveries whose inputs are neighbours in memory gather: each
    pixel's sums stay in registers while its inputs are gone through. A kernel reads weights of 8, 4 or 2 bits; in how many they
    are stored changes no number.
  }];
  let options = [
    Option<"order", "order", "std::string", "\"layers\"", "steps, layers or values: what kernels are for">,
    Option<"weights", "weights", "std::string", "\"kept\"",
      "how weights are stored: kept, as they are; bytes, which take the fewest instructions; fewest, in as few of 8, 4 and 2 bits as hold them">
  ];
}

def ExecEnableUpdatesPass : Pass<"exec-enable-updates", "::snnc::exec::ProgramOp"> {
  let summary = "let a program take new inputs while it runs";
  let description = [{
    Marks the program with `updates` (docs/spec/snn.md, Updates), and gives the input its `thresholds`. Refuses networks that
    take none (U1 to U4), schedules that the program's steps cut off, and sums whose changes may not fit in 32 bits. Comes
    before buffers are placed: states then live on.
  }];
  let options = [
    Option<"inputThreshold", "input-threshold", "double", "0", "an input value that has changed by no more, before it is normalized, is not sent">
  ];
}

def ExecFormInputPass : Pass<"exec-form-input", "::snnc::exec::ProgramOp"> {
  let summary = "say in what form a program is given its input";
  let description = [{
    The integers that it is normalized from (`raw`), which is what it has without this pass: bytes, or 16 bits with fraction
    bits. `int8`: 8 bits with a sign, of bytes these less 128, else integers. `float`: the numbers that they stand for, of
    bytes those between 0 and 1. Comes before buffers are placed: only raw inputs are read where they are. Programs with
    updates take raw inputs.
  }];
  let options = [Option<"form", "form", "std::string", "\"raw\"", "raw, int8 or float">];
}

def ExecFormOutputsPass : Pass<"exec-form-outputs", "::snnc::exec::ProgramOp"> {
  let summary = "say what a program gives of its outputs";
  let description = [{
    All bits of their numbers (`int32`), which is what they have without this pass; 8 of them (`int8`), with so many `fractions`
    bits, the same for all outputs or one for each; or the place of the largest (`class`). Comes before buffers are placed:
    numbers of 32 bits are added up where they are given.
  }];
  let options = [
    Option<"form", "form", "std::string", "\"int32\"", "int32, int8 or class">,
    ListOption<"fractions", "fractions", "int64_t", "of int8: fraction bits, one number for all outputs or one for each">
  ];
}

def ExecFormValuesPass : Pass<"exec-form-values", "::snnc::exec::ProgramOp"> {
  let summary = "let what keeps sums give all of its value";
  let description = [{
    For the order of values, in which sums are final when they are read. A requantize, or a product of two streams, then gives its
    whole value instead of changes, and what receivers start with is without what it started at. A requantize that adds to sums
    which others fill, too, writes its values to memory of their own, which an identity adds to these. Layers are dissolved;
    `--exec-form-layers` makes one of each requantize. Programs with nothing of this stay as they are.
  }];
}

def ExecPlaceBuffersPass : Pass<"exec-place-buffers", "::snnc::exec::ProgramOp"> {
  let summary = "give every buffer its life and its place";
  let description = [{
    Adds the buffers that events, outputs, estimates and operands need in an order, says which layers need each of them,
    and places them, the largest first, each as low as it can be: two may share memory when no layer needs both.
    `auto` takes the order with less memory. Operands of a product that are proven to stay within 16 bits
    take 16, and in the order of values, values that end within 8 bits take 8.

    A program with `updates` runs layer by layer. Sums, outputs, what changes have added up to and what has been sent of the
    input share memory with nothing, and there are marks of the neurons that something happened to.
  }];
  let options = [
    Option<"order", "order", "std::string", "\"auto\"", "steps, layers, values or auto">,
    Option<"shortIndices", "short-indices", "uint64_t", "65535",
      "elements of a layer, and places of a map, that 16 bits number; fewer in tests">
  ];
}

#endif
