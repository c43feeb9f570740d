//===- Operations of the core dialect -----------------------------------------------------------===//
#ifndef SNNC_DIALECTS_CORE_COREOPS_TD
#define SNNC_DIALECTS_CORE_COREOPS_TD

include "dialects/core/CoreDialect.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Core_Op<string mnemonic, list<Trait> traits = []> : Op<Core_Dialect, mnemonic, traits>;

def Core_ProgramOp : Core_Op<"program", [
    Symbol, SymbolTable, IsolatedFromAbove, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "a network on the cores of a model";
  let description = [{
    Layers in topological order, then cores and routes. `steps` are the time steps that each layer
    takes for a sample; the chip takes as many more as the deepest layer is deep. `row_major_hops` are the
    event hops of a sample with the cores in row-major order, which placement compares with.

    With `updates` it also takes new inputs while it runs (docs/spec/snn.md, "Updates"): what a value of the normalized
    input must change by to be sent again, more than the number of its channel.

    Example:
    ```mlir
    core.program @net model <"tiny", {neurons = 64 : i64}> steps 6 updates [0, 0, 0] {
      ...
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Core_ModelAttr:$model, I64Attr:$steps,
                       OptionalAttr<DenseI64ArrayAttr>:$updates, OptionalAttr<F64Attr>:$row_major_hops);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "ModelAttr":$model, "int64_t":$steps), [{
    build($_builder, $_state, name, model, steps, ::mlir::DenseI64ArrayAttr(), ::mlir::FloatAttr());
  }]>];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `model` $model `steps` $steps (`updates` $updates^)? (`row_major_hops` $row_major_hops^)?
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Steps of the chip for one sample.
    int64_t getChipSteps();
    /// Whether every layer can take updates (SNN-U1 to SNN-U4); says what keeps the first one from it.
    ::mlir::LogicalResult checkUpdates();
  }];
}

def Core_LayerOp : Core_Op<"layer", [
    Symbol, IsolatedFromAbove, SingleBlock, HasParent<"ProgramOp">]> {
  let summary = "what the neurons of a layer compute";
  let description = [{
    The body takes the spikes of the `sources` through synapses of the snn dialect and ends in what
    the layer is: an encoder (its argument is the network's input), neurons, a decoder, or, when a
    current is yielded, a *relay*, which sends that current on as graded events. A relay that yields a
    bilinear synapse (`snn.mul`, `snn.matmul`) is a *product*: it keeps both operands, and sends how much
    their product changes. One that yields `snn.requantize` is a *rounding*: it keeps the sum, and sends
    how much its rounded value changes.

    With `polarities = 2` an event takes the axon of its sign; with `digits = n` a graded value is
    sent as binary events, one per binary digit that is set, on axons of their own. `rate` are the events
    a neuron sends for a sample, as a run has shown or as assumed.

    Example:
    ```mlir
    core.layer @relu from [@input] depth 1 {
    ^bb0(%s: !snn.spikes<3, graded>):
      %w = arith.constant dense<1.0> : tensor<3x2xf32>
      %c = snn.gemm %s, %w : (!snn.spikes<3, graded>, tensor<3x2xf32>) -> !snn.current<2>
      %y = snn.neuron relu(%c) schedule <constant(0.5)> code <ternary, 0.5>
         : (!snn.current<2>) -> !snn.spikes<2, ternary>
      core.yield %y : !snn.spikes<2, ternary>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefArrayAttr:$sources, I64Attr:$depth,
                       DefaultValuedAttr<I64Attr, "1">:$polarities,
                       DefaultValuedAttr<I64Attr, "1">:$digits, OptionalAttr<F64Attr>:$rate);
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::ArrayAttr":$sources,
                                 "int64_t":$depth), [{
    build($_builder, $_state, name, sources, depth, 1, 1, ::mlir::FloatAttr());
  }]>];
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `from` $sources `depth` $depth (`polarities` $polarities^)? (`digits` $digits^)? (`rate` $rate^)?
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// Encoder, neurons, decoder: the operation that yields; null for a relay.
    ::mlir::Operation *getPopulation();
    bool isInput();
    bool isOutput();
    bool isRelay();
    /// The bilinear synapse of a product; null of any other layer.
    ::snnc::snn::SynapseOpInterface getProduct();
    /// What a rounding passes its sum on by; null of any other layer.
    ::snnc::snn::RequantizeOp getRounding();
    /// Shape of the population, without batch.
    ::llvm::ArrayRef<int64_t> getShape();
    int64_t getNumNeurons();
    /// What others hear of it; null of a decoder.
    ::snnc::snn::SpikesType getSpikes();
  }];
}

def Core_YieldOp : Core_Op<"yield", [Terminator, Pure, HasParent<"LayerOp">]> {
  let summary = "what a layer sends, or the output of a decoder";
  let arguments = (ins AnyType:$value);
  let assemblyFormat = "$value attr-dict `:` qualified(type($value))";
}

def Core_CoreOp : Core_Op<"core", [
    NoTerminator, SingleBlock, NoRegionArguments, HasParent<"ProgramOp">]> {
  let summary = "one core: the populations it holds, and what they take of it";
  let description = [{
    `load` are the numbers that the model limits: neurons, synapse_bits, neuron_bits, in_axons,
    out_axons, fan_in, fan_out, destinations. `at` is the router it sits at, and which of the router's
    cores it is, once placed.

    Example:
    ```mlir
    core.core 0 at [1, 0, 0] load {in_axons = 3 : i64, neurons = 2 : i64} {
      core.population @relu offsets [0] sizes [2]
    }
    ```
  }];
  let arguments = (ins I64Attr:$id, OptionalAttr<DenseI64ArrayAttr>:$at, DictionaryAttr:$load);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$id (`at` $at^)? `load` $load attr-dict-with-keyword $body";
  let hasVerifier = 1;
}

def Core_PopulationOp : Core_Op<"population", [HasParent<"CoreOp">]> {
  let summary = "a box of a layer's neurons";
  let description = [{
    Example: `core.population @relu offsets [0, 0, 0] sizes [16, 8, 8]`
  }];
  let arguments = (ins FlatSymbolRefAttr:$layer, DenseI64ArrayAttr:$offsets,
                       DenseI64ArrayAttr:$sizes);
  let assemblyFormat = "$layer `offsets` $offsets `sizes` $sizes attr-dict";
  let extraClassDeclaration = [{
    int64_t getNumNeurons();
  }];
}

def Core_RouteOp : Core_Op<"route", [HasParent<"ProgramOp">]> {
  let summary = "spikes of a layer from one core to another";
  let description = [{
    `axons` neurons of the layer that sit in core `from` (the input's have none) are heard in core
    `to`; they send `events` per sample, by calibration or as assumed; a message takes `hops` links
    once the cores are placed.

    Example: `core.route @relu from 0 to 1 axons 128 events 96.5 hops 2`
  }];
  let arguments = (ins FlatSymbolRefAttr:$layer, OptionalAttr<I64Attr>:$source, I64Attr:$target,
                       I64Attr:$axons, F64Attr:$events, OptionalAttr<I64Attr>:$hops);
  let assemblyFormat = [{
    $layer (`from` $source^)? `to` $target `axons` $axons `events` $events (`hops` $hops^)? attr-dict
  }];
}

#endif
