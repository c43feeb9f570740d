//===- Operations of the snn dialect -------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNOPS_TD
#define SNNC_DIALECTS_SNN_SNNOPS_TD

include "dialects/snn/SNNInterfaces.td"
include "dialects/snn/SNNTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def SNN_Tensor : RankedTensorOf<[F32, F64]>;
def SNN_Weights : StaticShapeTensorOf<[F32, F64, I<2>, I<4>, I8, I16, I32]>;

class SNN_Op<string mnemonic, list<Trait> traits = []>
    : Op<SNN_Dialect, mnemonic, traits # [Pure]>;

//===- Into and out of the spiking domain --------------------------------------------------------===//

def SNN_EncodeOp : SNN_Op<"encode"> {
  let summary = "turns the network's input into events";
  let description = [{
    With the input `in`, an estimate `e` that starts at 0 and the step size `eta`:

    | code | sends |
    |---|---|
    | `direct` | `in`, as one graded change, in step 0; then nothing |
    | `float` | the graded change `-eta * (e - in)`, by which `e` moves |
    | `spike` | the sign of `in - e`; `e` moves by `eta` in that direction |
    | `analog` | `in` in every step, as a rate |

    `float` and `spike` need a schedule. The optional `mean` and `std` (one number per channel)
    normalize the input first: `(in - mean) / std`. `fixed` says how an integer network reads its
    input.

    Example: `%s = snn.encode %x direct : tensor<?x1x8x8xf32> -> !snn.spikes<1x8x8, graded>`
  }];
  let arguments = (ins SNN_Tensor:$input, SNN_InputCodeAttr:$code,
                       OptionalAttr<SNN_ScheduleAttr>:$schedule,
                       OptionalAttr<DenseF64ArrayAttr>:$mean, OptionalAttr<DenseF64ArrayAttr>:$std,
                       OptionalAttr<SNN_FixedInputAttr>:$fixed);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    $input custom<InputCodeName>($code) (`schedule` $schedule^)? (`mean` $mean^)? (`std` $std^)? (`fixed` $fixed^)? attr-dict
    `:` type($input) `->` qualified(type($spikes))
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$spikes, "::mlir::Value":$input,
      "::snnc::snn::InputCode":$code, "::snnc::snn::ScheduleAttr":$schedule,
      "::mlir::DenseF64ArrayAttr":$mean, "::mlir::DenseF64ArrayAttr":$std), [{
    build($_builder, $_state, spikes, input, code, schedule, mean, std, FixedInputAttr());
  }]>];
  let hasVerifier = 1;
}

def SNN_DecodeOp : SNN_Op<"decode"> {
  let summary = "reads an output of the network: adds up changes, or averages rates";
  let description = [{
    A current of rates is averaged with the steps of `schedule` (`inverse(1)`: the mean so far); a
    current of changes is summed and takes no schedule. `fixed` says how an integer network scales
    its output.

    A network with several outputs has a decoder for each of them, at its end. Behind a decoder stand functions
    that the host computes of what was decoded (softmax, log_softmax, sigmoid, hard_sigmoid, tanh and argmax of
    the ann dialect), and moves of elements among them (reshape, flatten, transpose).

    Example:
    ```mlir
    %y = snn.decode %c : !snn.current<10> -> tensor<?x10xf32>
    %p = ann.softmax %y axis = 1 : (tensor<?x10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins SNN_Current:$current, OptionalAttr<SNN_ScheduleAttr>:$schedule,
                       OptionalAttr<SNN_FixedOutputAttr>:$fixed);
  let results = (outs SNN_Tensor:$output);
  let assemblyFormat = [{
    $current (`schedule` $schedule^)? (`fixed` $fixed^)? attr-dict
    `:` qualified(type($current)) `->` type($output)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$output, "::mlir::Value":$current,
      "::snnc::snn::ScheduleAttr":$schedule), [{
    build($_builder, $_state, output, current, schedule, FixedOutputAttr());
  }]>];
  let hasVerifier = 1;
}

//===- Synapses: affine maps from streams to a current ---------------------------------------------===//

class SNN_SynapseOp<string mnemonic, list<string> methods = [], list<Trait> traits = []>
    : SNN_Op<mnemonic, traits # [
        InferTypeOpAdaptor, DeclareOpInterfaceMethods<SNN_SynapseOpInterface, methods>]> {
  let results = (outs SNN_Current:$current);
}

/// Sums of elements times weights.
class SNN_WeightedOp<string mnemonic>
    : SNN_SynapseOp<mnemonic, ["getFanOut", "getAddedConstant"],
                    [DeclareOpInterfaceMethods<SNN_WeightedOpInterface>]>;

/// Elements of streams in other places.
class SNN_IndexMapOp<string mnemonic, list<string> methods = [], list<string> mapMethods = []>
    : SNN_SynapseOp<mnemonic, methods, [DeclareOpInterfaceMethods<SNN_IndexMapOpInterface, mapMethods>]>;

def SNN_ConvOp : SNN_WeightedOp<"conv"> {
  let summary = "convolution of a stream C x spatial with weights O x C/group x kernel";
  let description = [{
    One or two spatial dimensions; `pads` are all begins, then all ends. With `shift`, integer events
    are multiplied by two to that power first.

    Example:
    ```mlir
    %c = snn.conv %s, %w bias %b strides = [1, 1] pads = [1, 1, 1, 1] dilations = [1, 1]
       : (!snn.spikes<1x8x8, sign>, tensor<16x1x3x3xf32>, tensor<16xf32>) -> !snn.current<16x8x8>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, SNN_Weights:$weight, Optional<SNN_Weights>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, DefaultValuedAttr<I64Attr, "1">:$group,
                       DefaultValuedAttr<I64Attr, "0">:$shift);
  let assemblyFormat = [{
    $stream `,` $weight (`bias` $bias^)? `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations (`group` `=` $group^)? (`shift` `=` $shift^)? attr-dict `:` functional-type(operands, results)
  }];
}

def SNN_GemmOp : SNN_WeightedOp<"gemm"> {
  let summary = "full connection along the last dimension, weights K x M";
  let description = [{
    `current[..., m] = bias[m] + sum over k of stream[..., k] * weight[k, m]`: the row `k` of the
    weights is what an event of element `k` delivers. `shift` is as in `snn.conv`.

    Example:
    ```mlir
    %c = snn.gemm %s, %w bias %b
       : (!snn.spikes<64, sign>, tensor<64x10xf32>, tensor<10xf32>) -> !snn.current<10>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, SNN_Weights:$weight, Optional<SNN_Weights>:$bias,
                       DefaultValuedAttr<I64Attr, "0">:$shift);
  let assemblyFormat = [{
    $stream `,` $weight (`bias` $bias^)? (`shift` `=` $shift^)? attr-dict `:` functional-type(operands, results)
  }];
}

def SNN_AveragePoolOp : SNN_SynapseOp<"average_pool", ["getFanOut", "pullFactor", "pushFactor"]> {
  let summary = "mean over a sliding window of a stream C x spatial";
  let description = [{
    Positions in the padding count in the divisor only with `count_include_pad`.

    Example:
    ```mlir
    %c = snn.average_pool %s kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0]
       : (!snn.spikes<8x4x4, sign>) -> !snn.current<8x2x2>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, DenseI64ArrayAttr:$kernel_shape,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       UnitAttr:$count_include_pad);
  let assemblyFormat = [{
    $stream `kernel_shape` `=` $kernel_shape `strides` `=` $strides `pads` `=` $pads attr-dict
    `:` functional-type(operands, results)
  }];
}

def SNN_ScaleOp : SNN_SynapseOp<"scale"> {
  let summary = "every element times a weight of its own";
  let description = [{
    `factor` has the stream's shape, with 1 in dimensions along which it is the same. Canonical
    form (`--snn-fold-scales`): no scale that could be folded into a weight.

    Example: `%c = snn.scale %s, %f : (!snn.spikes<8x4x4, sign>, tensor<8x1x1xf32>) -> !snn.current<8x4x4>`
  }];
  let arguments = (ins SNN_Stream:$stream, SNN_Weights:$factor);
  let assemblyFormat = "$stream `,` $factor attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SNN_BiasOp : SNN_SynapseOp<"bias", ["getAddedConstant", "pullFactor"]> {
  let summary = "a constant added to every element of the affine map";
  let description = [{
    `value` broadcasts as in `snn.scale`.

    Example: `%c = snn.bias %s, %b : (!snn.current<8x4x4>, tensor<8x1x1xf32>) -> !snn.current<8x4x4>`
  }];
  let arguments = (ins SNN_Stream:$stream, SNN_Weights:$value);
  let assemblyFormat = "$stream `,` $value attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SNN_AddOp : SNN_SynapseOp<"add", ["pullFactor"], [Commutative]> {
  let summary = "two streams of one shape into one current";
  let description = [{
    Example: `%c = snn.add %a, %b : (!snn.current<8x4x4>, !snn.spikes<8x4x4, sign>) -> !snn.current<8x4x4>`
  }];
  let arguments = (ins SNN_Stream:$lhs, SNN_Stream:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def SNN_ReshapeOp : SNN_IndexMapOp<"reshape"> {
  let summary = "the same elements in the same order, another shape";
  let description = [{
    Example: `%c = snn.reshape %s shape = [32] : (!snn.spikes<8x2x2, sign>) -> !snn.current<32>`
  }];
  let arguments = (ins SNN_Stream:$stream, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$stream `shape` `=` $shape attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SNN_TransposeOp : SNN_IndexMapOp<"transpose"> {
  let summary = "permuted dimensions";
  let description = [{
    Dimension i of the current is dimension `perm[i]` of the stream.

    Example: `%c = snn.transpose %s perm = [1, 0] : (!snn.spikes<8x4, sign>) -> !snn.current<4x8>`
  }];
  let arguments = (ins SNN_Stream:$stream, DenseI64ArrayAttr:$perm);
  let assemblyFormat = "$stream `perm` `=` $perm attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SNN_PadOp : SNN_IndexMapOp<"pad", [], ["getBorder"]> {
  let summary = "a border that never changes, at `value`; negative pads crop";
  let description = [{
    Example:
    ```mlir
    %c = snn.pad %s pads = [0, 1, 1, 0, 1, 1] value = 0.0
       : (!snn.spikes<8x4x4, sign>) -> !snn.current<8x6x6>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, DenseI64ArrayAttr:$pads, F64Attr:$value);
  let assemblyFormat = [{
    $stream `pads` `=` $pads `value` `=` $value attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def SNN_SliceOp : SNN_IndexMapOp<"slice"> {
  let summary = "a strided part of every dimension";
  let description = [{
    Element i of dimension d of the current is element `starts[d] + i * steps[d]` of the stream;
    there are `sizes[d]` of them.

    Example:
    ```mlir
    %c = snn.slice %s starts = [0, 0, 1] sizes = [8, 4, 2] steps = [1, 1, 2]
       : (!snn.spikes<8x4x4, sign>) -> !snn.current<8x4x2>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$steps);
  let assemblyFormat = [{
    $stream `starts` `=` $starts `sizes` `=` $sizes `steps` `=` $steps attr-dict
    `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def SNN_ConcatOp : SNN_IndexMapOp<"concat"> {
  let summary = "streams side by side along one dimension";
  let description = [{
    Example:
    ```mlir
    %c = snn.concat %a, %b axis = 0
       : (!snn.current<8x4>, !snn.spikes<2x4, sign>) -> !snn.current<10x4>
    ```
  }];
  let arguments = (ins Variadic<SNN_Stream>:$streams, I64Attr:$axis);
  let assemblyFormat = "$streams `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def SNN_GatherOp : SNN_IndexMapOp<"gather", ["getFanOut"]> {
  let summary = "chosen elements along one dimension, in any order and number";
  let description = [{
    Element i along dimension `axis` of the current is element `indices[i]` of the stream. One index
    many times spreads a dimension of size 1 (ONNX Expand).

    Example: `%c = snn.gather %s axis = 1 indices = [0, 0, 0] : (!snn.spikes<8x1, sign>) -> !snn.current<8x3>`
  }];
  let arguments = (ins SNN_Stream:$stream, I64Attr:$axis, DenseI64ArrayAttr:$indices);
  let assemblyFormat = [{
    $stream `axis` `=` $axis `indices` `=` $indices attr-dict `:` functional-type(operands, results)
  }];
}

def SNN_RequantizeOp : SNN_SynapseOp<"requantize"> {
  let summary = "a sum in fewer bits; integer networks only";
  let description = [{
    Keeps what its stream's changes add up to, X, in 32 bits, and delivers the changes of
    `v = round_shift(X * multiplier, shift)`, held between `-limit` and `limit`. In the ANN inside it is a
    change of scale. Sums of products, and weights behind weights, would not fit in 32 bits without it
    (docs/spec/fixed-point.md).

    Example:
    ```mlir
    %v = snn.requantize %c multipliers = dense<1200> : tensor<1xi32> shift = 20 limit = 8191
       : (!snn.current<8, fixed>) -> !snn.current<8, fixed>
    ```
  }];
  let arguments = (ins SNN_Stream:$stream, ElementsAttr:$multipliers, I64Attr:$shift, I64Attr:$limit);
  let assemblyFormat = [{
    $stream `multipliers` `=` $multipliers `shift` `=` $shift `limit` `=` $limit attr-dict
    `:` functional-type(operands, results)
  }];
}

//===- Bilinear synapses: products of two streams ---------------------------------------------------===//

class SNN_BilinearOp<string mnemonic>
    : SNN_SynapseOp<mnemonic, ["getFanOut", "isBilinear", "pullFactor", "pushFactor"]> {
  let arguments = (ins SNN_Stream:$lhs, SNN_Stream:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def SNN_MatMulOp : SNN_BilinearOp<"matmul"> {
  let summary = "matrix product of two streams over their last two dimensions";
  let description = [{
    `... x N x K` by `... x K x M`, with the same leading dimensions. The synapse keeps the estimates P
    and Q of both; changes dP and dQ of a time step deliver `dP * Q + (P + dP) * dQ`, which is how much
    the product changes, exactly. No neuron stands for a product.

    Example: `%c = snn.matmul %q, %k : (!snn.current<2x16x8>, !snn.current<2x8x16>) -> !snn.current<2x16x16>`
  }];
}

def SNN_MulOp : SNN_BilinearOp<"mul"> {
  let summary = "product of two streams, element by element";
  let description = [{
    As in `snn.matmul`, for two streams of one shape.

    Example: `%c = snn.mul %a, %b : (!snn.current<8x4>, !snn.spikes<8x4, sign>) -> !snn.current<8x4>`
  }];
}

//===- Neurons ---------------------------------------------------------------------------------------===//

def SNN_NeuronOp : SNN_Op<"neuron", [DeclareOpInterfaceMethods<SNN_NeuronOpInterface>]> {
  let summary = "a population that follows a function by sign gradient descent";
  let description = [{
    Each neuron keeps an estimate `x` of every operand (starting at the affine map of a silent
    network) and an estimate `y` of its output (starting at 0). In each time step it adds the
    current to `x`; on a step of its schedule it compares `y` with `f(x)`, sends an event by its
    code, and moves `y` by the step size against the sign of the error.

    With `range` (of the population's shape, 1 in dimensions along which it is the same, positive)
    `y` counts in units of it: `range * y` is compared with `f(x)`. `params` are the function's
    parameters, as many as it has (runtime/include/snn/Functions.def).
    `fixed` holds the numbers of the integer form.

    `initial` (of such a shape) is where `y` starts instead of at 0; receivers know it, so that their
    estimates start there too, and no event is spent on it. `offset` is what receivers take the output to
    be beyond `y`, from the start on: it absorbs the mean error that a coarse `y` is left with. In the
    integer form both are tensors of i16 and count as the steps do.

    `hysteresis`, in units of the last step, is a dead zone for updates (a new input to a running network):
    no dead zone of an update is smaller.

    Example:
    ```mlir
    %s = snn.neuron relu(%c) schedule <exponential(1.5e-01, 9.5e-01)> code <sign>
       : (!snn.current<16x8x8>) -> !snn.spikes<16x8x8, sign>
    %t = snn.neuron leaky_relu(%d) params [1.0e-01] schedule <inverse(1.0)> code <ternary, 0.5>
       : (!snn.current<8>) -> !snn.spikes<8, ternary>
    ```
  }];
  let arguments = (ins Variadic<SNN_Current>:$currents, SNN_FunctionAttr:$function,
                       SNN_ScheduleAttr:$schedule, SNN_CodeAttr:$code,
                       OptionalAttr<ElementsAttr>:$range, OptionalAttr<DenseF64ArrayAttr>:$params,
                       OptionalAttr<ElementsAttr>:$initial, OptionalAttr<ElementsAttr>:$offset,
                       OptionalAttr<F64Attr>:$hysteresis, OptionalAttr<SNN_FixedNeuronAttr>:$fixed);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    custom<FunctionName>($function) `(` $currents `)` (`params` custom<Parameters>($params)^)?
    `schedule` $schedule `code` $code (`range` $range^)?
    (`initial` $initial^)? (`offset` $offset^)? (`hysteresis` $hysteresis^)? (`fixed` $fixed^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let builders = [OpBuilder<(ins "::mlir::Type":$spikes, "::mlir::ValueRange":$currents,
      "::snnc::snn::Function":$function, "::snnc::snn::ScheduleAttr":$schedule,
      "::snnc::snn::CodeAttr":$code, CArg<"::mlir::ElementsAttr", "{}">:$range,
      CArg<"::mlir::DenseF64ArrayAttr", "{}">:$params), [{
    build($_builder, $_state, spikes, currents, function, schedule, code, range, params,
          /*initial=*/::mlir::ElementsAttr(), /*offset=*/::mlir::ElementsAttr(),
          /*hysteresis=*/::mlir::FloatAttr(), FixedNeuronAttr());
  }]>];
  let hasVerifier = 1;
}

def SNN_IfOp : SNN_Op<"if", [DeclareOpInterfaceMethods<SNN_NeuronOpInterface>]> {
  let summary = "a rate-coded integrate-and-fire population (the paper's subgradient dynamics)";
  let description = [{
    Keeps the running means `x` of its current and `y` of its spikes. With the step size `eta` (for
    `inverse(1)` the means are exact): `x <- x - eta * (x - current)`, sends an event where
    `x > y`, `y <- y - eta * (y - event)`. Approximates `relu` clipped at 1.

    Example:
    ```mlir
    %s = snn.if %c schedule <inverse(1.0)> : !snn.current<16x8x8, rate> -> !snn.spikes<16x8x8, binary>
    ```
  }];
  let arguments = (ins SNN_Current:$current, SNN_ScheduleAttr:$schedule);
  let results = (outs SNN_Spikes:$spikes);
  let assemblyFormat = [{
    $current `schedule` $schedule attr-dict `:` qualified(type($current)) `->` qualified(type($spikes))
  }];
  let hasVerifier = 1;
}

#endif
