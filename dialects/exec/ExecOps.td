//===- Operations of the exec dialect ----------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_EXEC_EXECOPS_TD
#define SNNC_DIALECTS_EXEC_EXECOPS_TD

include "dialects/exec/ExecAttrs.td"
include "dialects/snn/SNNTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Exec_Op<string mnemonic, list<Trait> traits = []> : Op<Exec_Dialect, mnemonic, traits>;

def Exec_Buffer : StaticShapeMemRefOf<[I8, UI8, I16, I32]>;
def Exec_Sums : StaticShapeMemRefOf<[I32]>;
def Exec_IndexMap : TypedArrayAttrBase<Exec_IndexStepAttrInterface, "steps of an index map">;
def Exec_Inputs : TypedArrayAttrBase<Exec_InputAttr, "inputs">;
def Exec_Outputs : TypedArrayAttrBase<Exec_OutputAttr, "outputs">;
def Exec_Starts : TypedArrayAttrBase<ElementsAttr, "one tensor of numbers for each operand">;

//===- Structure ----------------------------------------------------------------------------------===//

def Exec_ProgramOp : Exec_Op<"program", [
    IsolatedFromAbove, NoTerminator, SingleBlock, NoRegionArguments, Symbol, SymbolTable]> {
  let summary = "a network made ready to run";
  let description = [{
    Buffers, and tasks or layers of them in the order in which a time step runs. With `updates` it takes new inputs while it
    runs (docs/spec/snn.md, Updates). Once its buffers are placed, it has an `order` and an `arena`: the elements of 32, of
    16 and (in the order of values) of 8 bits that they take together.

    Example:
    ```mlir
    exec.program @net model "digits" steps 8 inputs [#exec.input<"x", [4]>] outputs [#exec.output<"y", 0, "">] {
      %sums = exec.buffer "y__sums" for "sums of currents" : memref<4xi32>
      %x = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1, 1, 1, 1], offsets = [0, 0, 0, 0], shift = 0,
        fraction = 12, event_fraction = 0, steps = []> : !snn.spikes<4, graded, fixed>
      exec.deliver %x -> %sums : !snn.spikes<4, graded, fixed>, memref<4xi32>
      exec.decode %sums start dense<0> : tensor<1xi32>
        fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> : memref<4xi32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$model, I64Attr:$steps, Exec_Inputs:$inputs,
                       Exec_Outputs:$outputs, UnitAttr:$updates, OptionalAttr<Exec_Order>:$order,
                       OptionalAttr<DenseI64ArrayAttr>:$arena);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $sym_name `model` $model `steps` $steps `inputs` $inputs `outputs` $outputs (`updates` $updates^)? (`order` $order^)?
    (`arena` $arena^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

def Exec_BufferOp : Exec_Op<"buffer", [HasParent<"ProgramOp">]> {
  let summary = "memory that tasks read and write";
  let description = [{
    `slots` of the shape lie one behind another: one for each time step, where they are read after all steps have
    been written. `range` is what the numbers are proven to stay within: of sums what they start with and all
    changes together. `live` are the first and the last layer that need the buffer; `at` is its place, in
    elements, among the buffers of as many bits. With `part`, only so many elements are there at a time: those of one pixel
    (the last dimension in memory), or a part of them. One in the `output` lies in the array of outputs that the caller gives.

    Example: `%b = exec.buffer "relu__sums" for "sums of currents" range [-512, 512] live [1, 2] at 64 : memref<16x8x8xi32>`
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$purpose, OptionalAttr<I64Attr>:$part, UnitAttr:$output,
                       DefaultValuedAttr<I64Attr, "1">:$slots,
                       OptionalAttr<DenseI64ArrayAttr>:$range, OptionalAttr<DenseI64ArrayAttr>:$live,
                       OptionalAttr<I64Attr>:$at);
  let results = (outs Exec_Buffer:$memory);
  let assemblyFormat = [{
    $name `for` $purpose (`part` $part^)? (`slots` $slots^)? (`range` $range^)? (`live` $live^)? (`in` `output` $output^)?
    (`at` $at^)? attr-dict `:` type($memory)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Elements of all slots that are there at a time.
    int64_t getNumElements();
    /// Bits of an element: 32, 16 or 8.
    unsigned getBits() { return getMemory().getType().getElementTypeBitWidth(); }
    bool isShort() { return getBits() == 16; }
  }];
}

def Exec_LayerOp : Exec_Op<"layer", [
    HasParent<"ProgramOp">, SingleBlock, NoRegionArguments, Symbol]> {
  let summary = "tasks that may run through all time steps before the next layer begins";
  let description = [{
    Ends in the one source of events that its other tasks lead to (whose stream it yields), in a decoder, or in sums
    that several layers read.

    Example:
    ```mlir
    %c = exec.layer @mean {
      exec.deliver %s -> %sums : !snn.spikes<4, sign, fixed>, memref<4xi32>
      %p = exec.pass %sums : memref<4xi32> -> !snn.current<4, fixed>
      exec.yield %p : !snn.current<4, fixed>
    } -> !snn.current<4, fixed>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let results = (outs Optional<SNN_Stream>:$sent);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body (`->` qualified(type($sent))^)?";
  let hasRegionVerifier = 1;
}

def Exec_YieldOp : Exec_Op<"yield", [Terminator, HasParent<"LayerOp">]> {
  let summary = "what a layer sends";
  let arguments = (ins Optional<SNN_Stream>:$sent);
  let assemblyFormat = "($sent^ `:` qualified(type($sent)))? attr-dict";
}

//===- Events ---------------------------------------------------------------------------------------===//

class Exec_TaskOp<string mnemonic, list<string> methods, list<Trait> traits = []>
    : Exec_Op<mnemonic, traits # [
        ParentOneOf<["ProgramOp", "LayerOp"]>,
        DeclareOpInterfaceMethods<Exec_TaskOpInterface, methods>]>;

def Exec_EncodeOp : Exec_TaskOp<"encode", [], [AttrSizedOperandSegments]> {
  let summary = "the network's input becomes events";
  let description = [{
    As `snn.encode`; the first of its steps is time step `start`. Its numbers are given in a `form`. Once placed: `values` is the normalized input,
    `estimates` what has been sent of it, `sent` the graded events of a step, `events` those of the spike code, of all
    steps with `train`.

    In a program with updates, an element is sent again when it has changed by more than the threshold of its channel
    (`thresholds`, in units of the normalized input). `values` is then what has been sent of each element, `sent` the changes
    of an update, and `marks` a bit for each element that has one.

    Example:
    ```mlir
    %s = exec.encode direct fixed <raw = i16, raw_fraction = 12, multipliers = [1], offsets = [0], shift = 0,
      fraction = 12, event_fraction = 0, steps = []> values %v : memref<1x4xi16> : !snn.spikes<1x4, graded, fixed>
    ```
  }];
  let arguments = (ins SNN_InputCodeAttr:$code, DefaultValuedAttr<I64Attr, "0">:$start, SNN_FixedInputAttr:$fixed,
                       DefaultValuedAttr<Exec_InputForm, "::snnc::exec::InputForm::Raw">:$form,
                       OptionalAttr<DenseI64ArrayAttr>:$thresholds, UnitAttr:$train, Optional<Exec_Buffer>:$values,
                       Optional<Exec_Buffer>:$estimates, Optional<Exec_Buffer>:$sent, Optional<Exec_Buffer>:$events,
                       Optional<Exec_Sums>:$marks);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    custom<InputCodeName>($code) (`start` $start^)? `fixed` $fixed (`as` $form^)? (`thresholds` $thresholds^)? (`train` $train^)?
    (`values` $values^ `:` type($values))? (`estimates` $estimates^ `:` type($estimates))? (`sent` $sent^ `:` type($sent))?
    (`events` $events^ `:` type($events))? (`marks` $marks^ `:` type($marks))? attr-dict `:` qualified(type($spikes))
  }];
  let hasVerifier = 1;
}

def Exec_FireOp : Exec_TaskOp<"fire", ["getReadSums"], [AttrSizedOperandSegments]> {
  let summary = "a population compares, and sends events";
  let description = [{
    As `snn.neuron` in integers. Its first step is time step `start`; it has as many as `fixed` has step sizes.
    `sums` are the currents of its operands, which start at `starts`: with states of 16 bits those of a step, which are
    then taken into estimates, else all of them. `initial` is where its outputs start. Once placed: `estimates` of
    16 bits, `outputs` and `events` of a step; with `train`, `events` holds those of all steps, and no outputs are
    kept apart but in a program with updates.

    `hysteresis`, in units of what is compared, is the smallest dead zone of an update. In a program with updates, `marks` are
    three buffers with a bit for each neuron, the first in the lowest: those that an update compares whatever arrives, those
    that sent an event in it, and (three times as many) what it works with.

    `final` is there where all that its sums get has arrived before its first step: then its whole train follows from the
    final sums, and `final` is what its outputs end within, less what they start at. In the order of values, `values`
    are these. `closed [shift, max, left, a, b ...]` gives them without steps, for each sum x with its multiplier m:
    with h = 2^left x m / 2^32, rounded down and clipped to 0..max, the value is the sum of (h + a) / 2^shift, (h + b) / 2^shift
    and so on, each rounded down. There are 2 or 4 of them. `periodic [shift, max, left, rise, t ...]` is for values that repeat
    after more: with the same h and v = (h + 2^(shift - 1)) / 2^shift, rounded down, the value is rise (v / n), rounded down,
    and t[v modulo n] more; in the last period, that of the largest v, t[n + v modulo n]. There are 2n of 0..255, n a power of
    two from 2 to 256. One of the two is there, or none.

    Example:
    ```mlir
    %y = exec.fire relu(%sums : memref<2xi32>) starts [dense<3> : tensor<1xi32>] fixed <state = 32, event_fraction = 8,
      operand_fraction = 12, steps = [64, 32], zones = [512, 256], shifts = [10],
      multipliers = [dense<1000> : tensor<1xi32>]> : !snn.spikes<2, ternary, fixed>
    ```
  }];
  let arguments = (ins SNN_FunctionAttr:$function, Variadic<Exec_Sums>:$sums, DefaultValuedAttr<I64Attr, "0">:$start,
                       Exec_Starts:$starts, OptionalAttr<ElementsAttr>:$initial,
                       DefaultValuedAttr<I64Attr, "0">:$hysteresis, SNN_FixedNeuronAttr:$fixed,
                       OptionalAttr<DenseI64ArrayAttr>:$final, OptionalAttr<DenseI64ArrayAttr>:$closed,
                       OptionalAttr<DenseI64ArrayAttr>:$periodic, UnitAttr:$train, Variadic<Exec_Buffer>:$estimates, Optional<Exec_Buffer>:$outputs,
                       Optional<Exec_Buffer>:$events, Optional<Exec_Buffer>:$values, Variadic<Exec_Sums>:$marks);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    custom<FunctionName>($function) `(` $sums `:` type($sums) `)` (`start` $start^)? `starts` $starts
    (`initial` $initial^)? (`hysteresis` $hysteresis^)? `fixed` $fixed (`final` $final^)? (`closed` $closed^)?
    (`periodic` $periodic^)? (`train` $train^)? (`estimates` $estimates^ `:` type($estimates))? (`outputs` $outputs^ `:` type($outputs))?
    (`events` $events^ `:` type($events))? (`values` $values^ `:` type($values))? (`marks` $marks^ `:` type($marks))?
    attr-dict `:` qualified(type($spikes))
  }];
  let hasVerifier = 1;
}

def Exec_PassOp : Exec_TaskOp<"pass", ["getReadSums"]> {
  let summary = "sums become graded events, and are emptied";
  let description = [{
    In a program with updates, one that several layers read has `marks`, a number that is not 0 where an update has come to
    its sums. In the order of values, receivers may read the numbers where they are; those that a whole `exec.requantize` has
    written may have 16 or 8 bits.

    Example: `%c = exec.pass %sums : memref<4xi32> -> !snn.current<4, fixed>`
  }];
  let arguments = (ins Exec_Buffer:$from, Optional<Exec_Sums>:$marks);
  let results = (outs SNN_Current:$current);
  let assemblyFormat = [{
    $from (`marks` $marks^ `:` type($marks))? attr-dict `:` type($from) `->` qualified(type($current))
  }];
  let hasVerifier = 1;
}

def Exec_DecodeOp : Exec_TaskOp<"decode", ["getReadSums"]> {
  let summary = "an output of the network";
  let description = [{
    As `snn.decode` in integers; its sums start at `start`. What is given of its numbers is their `form`; in 8 bits they are
    2^`drop` times as coarse, rounded to the nearest and saturated.

    Example:
    ```mlir
    exec.decode %sums start dense<0> : tensor<1xi32>
      fixed <shift = 0, fraction = 12, multipliers = dense<1> : tensor<1xi32>> : memref<4xi32>
    ```
  }];
  let arguments = (ins Exec_Sums:$from, ElementsAttr:$start, SNN_FixedOutputAttr:$fixed,
                       DefaultValuedAttr<Exec_OutputForm, "::snnc::exec::OutputForm::Int32">:$form,
                       DefaultValuedAttr<I64Attr, "0">:$drop);
  let assemblyFormat = [{
    $from `start` $start `fixed` $fixed (`as` $form^)? (`drop` $drop^)? attr-dict `:` type($from)
  }];
  let extraClassDeclaration = [{
    /// How many numbers are given.
    int64_t getGivenSize();
  }];
  let hasVerifier = 1;
}

//===- Synapses ---------------------------------------------------------------------------------------===//

def Exec_DeliverOp : Exec_TaskOp<"deliver", ["getTakenStream", "getFilledSums"]> {
  let summary = "events of a stream, through a synapse, to sums";
  let description = [{
    An event of element i counts `factors[i]` (1 without factors). It goes to where `map` takes it, and
    there through `synapse` with its `weights`, if there is one. What it adds to the sums is the same in
    whichever order events come: no sum leaves 32 bits (`--exec-prove-ranges`).

    `kernel` is what does it. A map that moves elements in memory comes before the kernels conv, gemm and pool. Those that
    gather go from pixel to pixel of the sums, over all that each gets; all others go from event to event, or from value to value.
    With `dense`, gather_conv and gather_gemm multiply all of a pixel's inputs, whether they are 0 or not (dot products).

    Example:
    ```mlir
    exec.deliver %s -> %sums through (#exec.gemm<shift = 0>) weights dense<1> : tensor<4x2xi8>
      map [#exec.transpose<[1, 0]>, #exec.reshape<[4]>] by gemm : !snn.spikes<2x2, ternary, fixed>, memref<2xi32>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, Exec_Sums:$target, OptionalAttr<Exec_SynapseAttrInterface>:$synapse,
                       OptionalAttr<ElementsAttr>:$weights, DefaultValuedAttr<Exec_IndexMap, "{}">:$map,
                       OptionalAttr<ElementsAttr>:$factors, OptionalAttr<Exec_Kernel>:$kernel, UnitAttr:$dense);
  let assemblyFormat = [{
    $stream `->` $target (`through` ` ` `(` $synapse^ `)`)? (`weights` $weights^)? (`map` $map^)? (`factors` $factors^)?
    (`by` $kernel^ (`dense` $dense^)?)? attr-dict `:` qualified(type($stream)) `,` type($target)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Where elements go: `map`, which the verifier has held against the stream.
    ::snn::IndexMap getIndexMap();
  }];
}

def Exec_BackgroundOp : Exec_TaskOp<"background", ["getFilledSums"]> {
  let summary = "what all neurons of a sign-coded population send together";
  let description = [{
    In each step of its population, a sign-coded stream's neurons all move; events say which of them move up. That all
    of them move down is `values`, per unit of the step size.

    Example: `exec.background %s -> %sums values dense<-7> : tensor<1xi32> : !snn.spikes<4, sign, fixed>, memref<4xi32>`
  }];
  let arguments = (ins SNN_Spikes:$stream, Exec_Sums:$target, ElementsAttr:$values);
  let assemblyFormat = [{
    $stream `->` $target `values` $values attr-dict `:` qualified(type($stream)) `,` type($target)
  }];
  let hasVerifier = 1;
}

def Exec_MultiplyOp : Exec_TaskOp<"multiply", ["getFilledSums", "getReadSums"]> {
  let summary = "changes of two streams become changes of their product";
  let description = [{
    As `snn.matmul`, or with `elementwise` as `snn.mul`. `lhs` and `rhs` are the changes of a step; once placed, `kept`
    is what they have added up to, from `starts` on. With `whole`, the operands are final: they begin at `starts`, or are what an
    `exec.requantize` has written, and all of their product is added.

    Example:
    ```mlir
    exec.multiply %p, %q -> %sums starts [dense<0> : tensor<1x1xi32>, dense<0> : tensor<1x1xi32>]
      : memref<2x3xi32>, memref<3x4xi32>, memref<2x4xi32>
    ```
  }];
  let arguments = (ins Exec_Buffer:$lhs, Exec_Buffer:$rhs, Exec_Sums:$target, UnitAttr:$elementwise, UnitAttr:$whole,
                       Exec_Starts:$starts, Variadic<Exec_Buffer>:$kept);
  let assemblyFormat = [{
    $lhs `,` $rhs `->` $target (`elementwise` $elementwise^)? (`whole` $whole^)? `starts` $starts (`kept` $kept^ `:` type($kept))? attr-dict
    `:` type($lhs) `,` type($rhs) `,` type($target)
  }];
  let hasVerifier = 1;
}

def Exec_RequantizeOp : Exec_TaskOp<"requantize", ["getFilledSums", "getReadSums"]> {
  let summary = "changes of a sum become changes of its value in fewer bits";
  let description = [{
    As `snn.requantize`. `from` are the changes of a step; once placed, `kept` is what they have added up to,
    from `start` on. With `whole`, `from` is final and begins at `start`: all of its value is written to `target`, which nothing
    else fills, in as few bits as hold it.

    Example:
    ```mlir
    exec.requantize %x -> %sums multipliers dense<1200> : tensor<1xi32> shift 20 limit 8191
      start dense<0> : tensor<1xi32> : memref<4xi32>, memref<4xi32>
    ```
  }];
  let arguments = (ins Exec_Sums:$from, Exec_Buffer:$target, UnitAttr:$whole, ElementsAttr:$multipliers, I64Attr:$shift,
                       I64Attr:$limit, ElementsAttr:$start, Optional<Exec_Buffer>:$kept);
  let assemblyFormat = [{
    $from `->` $target (`whole` $whole^)? `multipliers` $multipliers `shift` $shift `limit` $limit `start` $start
    (`kept` $kept^ `:` type($kept))? attr-dict `:` type($from) `,` type($target)
  }];
  let hasVerifier = 1;
}

#endif
