//===- Synapses of the snn dialect ----------------------------------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNSYNAPSES_TD
#define SNNC_DIALECTS_SNN_SNNSYNAPSES_TD

include "dialects/snn/SNNOpBase.td"

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

#endif
