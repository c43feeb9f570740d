//===- Operations of the ann dialect ---------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNOPS_TD
#define SNNC_DIALECTS_ANN_ANNOPS_TD

include "dialects/ann/ANNDialect.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ANN_Tensor : RankedTensorOf<[F32, F64]>;

class ANN_Op<string mnemonic, list<Trait> traits = []>
    : Op<ANN_Dialect, mnemonic, traits # [Pure]>;

/// Result types follow from operands and attributes (shape inference), so builders take none, and
/// a printed result type is checked against the inferred one: a static type may stand where the
/// inferred one is dynamic, nothing else may differ.
class ANN_InferredOp<string mnemonic, list<Trait> traits = []>
    : ANN_Op<mnemonic, traits # [InferTypeOpAdaptorWithIsCompatible]> {
  let results = (outs ANN_Tensor:$output);
  let extraClassDefinition = [{
    bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange found) {
      return ::snnc::ann::detail::refines(inferred, found);
    }
  }];
}

/// What becomes neurons: `--ann-calibrate` records the range of its result.
def ANN_Nonlinear : NativeOpTrait<"Nonlinear"> {
  let cppNamespace = "::snnc::ann";
}

/// One operand, one result of the same type, element by element.
class ANN_UnaryOp<string mnemonic, list<Trait> traits = []>
    : ANN_Op<mnemonic, traits # [SameOperandsAndResultType]> {
  let arguments = (ins ANN_Tensor:$input);
  let results = (outs ANN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

//===- Constants -----------------------------------------------------------------------------===//

def ANN_ConstantOp : ANN_Op<"constant", [ConstantLike, AllTypesMatch<["value", "output"]>]> {
  let summary = "weights and other values known when the network was trained";
  let description = [{
    `value` is `dense<...>` or, for big weights, `dense_resource<...>`: the bytes then stand in the
    file's resource section and not in the text.

    Example: `%w = ann.constant dense<0.5> : tensor<8x4xf32>`
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs ANN_Tensor:$output);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

//===- Linear operators with weights ---------------------------------------------------------===//

def ANN_ConvOp : ANN_InferredOp<"conv"> {
  let summary = "convolution (ONNX Conv)";
  let description = [{
    `output[n, o, ...] = bias[o] + sum over c, k of weight[o, c, k] * input[n, c', s * i + d * k - p]`
    with c' running over the input channels of o's group. `input` is N x C x spatial, `weight` is
    O x C/group x kernel, `bias` is O. One to three spatial dimensions. `pads` are all begins,
    then all ends, as in ONNX.

    Example:
    ```mlir
    %y = ann.conv %x, %w bias %b strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1] group = 1
       : (tensor<?x3x32x32xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<?x16x16x16xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$weight, Optional<ANN_Tensor>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, DefaultValuedAttr<I64Attr, "1">:$group);
  let assemblyFormat = [{
    $input `,` $weight (`bias` $bias^)? `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations (`group` `=` $group^)? attr-dict `:` functional-type(operands, results)
  }];
}

def ANN_GemmOp : ANN_InferredOp<"gemm"> {
  let summary = "fully connected layer (ONNX Gemm)";
  let description = [{
    `output = input * weight + bias`, or `input * transpose(weight) + bias` with `transpose_b`.
    `input` is N x K, `weight` is K x M (M x K with `transpose_b`), `bias` is M. ONNX's alpha, beta
    and transA are folded into constants or a transpose on import.

    Example:
    ```mlir
    %y = ann.gemm %x, %w bias %b transpose_b
       : (tensor<?x64xf32>, tensor<10x64xf32>, tensor<10xf32>) -> tensor<?x10xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$weight, Optional<ANN_Tensor>:$bias,
                       UnitAttr:$transpose_b);
  let assemblyFormat = [{
    $input `,` $weight (`bias` $bias^)? (`transpose_b` $transpose_b^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def ANN_MatMulOp : ANN_InferredOp<"matmul"> {
  let summary = "matrix product over the last two dimensions (ONNX MatMul, numpy.matmul)";
  let description = [{
    Leading dimensions broadcast as in numpy; a rank-1 operand is a row (left) or a column (right).

    Example: `%y = ann.matmul %a, %b : (tensor<?x16x64xf32>, tensor<64x32xf32>) -> tensor<?x16x32xf32>`
  }];
  let arguments = (ins ANN_Tensor:$lhs, ANN_Tensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def ANN_BatchNormOp : ANN_InferredOp<"batch_norm"> {
  let summary = "batch normalization in inference (ONNX BatchNormalization)";
  let description = [{
    `output = (input - mean) / sqrt(variance + epsilon) * scale + bias`, per channel (dimension 1).

    Example:
    ```mlir
    %y = ann.batch_norm %x, %scale, %bias, %mean, %variance epsilon = 1.0e-5
       : (tensor<?x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4x4xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$scale, ANN_Tensor:$bias, ANN_Tensor:$mean,
                       ANN_Tensor:$variance, F64Attr:$epsilon);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias `,` $mean `,` $variance `epsilon` `=` $epsilon attr-dict
    `:` functional-type(operands, results)
  }];
}

//===- Activations ---------------------------------------------------------------------------===//

def ANN_ReluOp : ANN_UnaryOp<"relu", [Idempotent, ANN_Nonlinear]> {
  let summary = "max(x, 0) (ONNX Relu)";
  let description = "Example: `%y = ann.relu %x : tensor<?x8xf32>`";
  let hasFolder = 1;
}

//===- Arithmetic of two activations ---------------------------------------------------------===//

/// Two operands that broadcast to each other as in numpy.
class ANN_BinaryOp<string mnemonic, list<Trait> traits = []> : ANN_InferredOp<mnemonic, traits> {
  let arguments = (ins ANN_Tensor:$lhs, ANN_Tensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
}

def ANN_AddOp : ANN_BinaryOp<"add", [Commutative]> {
  let summary = "sum with numpy broadcasting (ONNX Add)";
  let description = [{
    Example: `%y = ann.add %a, %b : (tensor<?x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32>`
  }];
  let hasFolder = 1;
}

def ANN_MaxOp : ANN_BinaryOp<"max", [Commutative, ANN_Nonlinear]> {
  let summary = "the larger of two, with numpy broadcasting (ONNX Max)";
  let description = [{
    Example: `%y = ann.max %a, %b : (tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>`
  }];
}

//===- Pooling and reductions ----------------------------------------------------------------===//

class ANN_PoolOp<string mnemonic, dag extra> : ANN_InferredOp<mnemonic> {
  let arguments = !con((ins ANN_Tensor:$input, DenseI64ArrayAttr:$kernel_shape,
                            DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                            DenseI64ArrayAttr:$dilations, UnitAttr:$ceil_mode), extra);
  let assemblyFormat = [{
    $input `kernel_shape` `=` $kernel_shape `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations (`ceil_mode` $ceil_mode^)? attr-dict
    `:` functional-type(operands, results)
  }];
}

def ANN_AveragePoolOp : ANN_PoolOp<"average_pool", (ins UnitAttr:$count_include_pad)> {
  let summary = "mean over a sliding window (ONNX AveragePool)";
  let description = [{
    Padding counts in the divisor only with `count_include_pad`; elements beyond the padding, which
    `ceil_mode` can reach, never count.

    Example:
    ```mlir
    %y = ann.average_pool %x kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1]
       : (tensor<?x8x4x4xf32>) -> tensor<?x8x2x2xf32>
    ```
  }];
}

def ANN_MaxPoolOp : ANN_PoolOp<"max_pool", (ins)> {
  let summary = "maximum over a sliding window (ONNX MaxPool, without indices)";
  let description = [{
    Example:
    ```mlir
    %y = ann.max_pool %x kernel_shape = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1]
       : (tensor<?x8x4x4xf32>) -> tensor<?x8x2x2xf32>
    ```
  }];
}

def ANN_GlobalAveragePoolOp : ANN_InferredOp<"global_average_pool"> {
  let summary = "mean over all spatial positions, kept as size 1 (ONNX GlobalAveragePool)";
  let description = [{
    Example: `%y = ann.global_average_pool %x : (tensor<?x64x8x8xf32>) -> tensor<?x64x1x1xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input);
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def ANN_ReduceMeanOp : ANN_InferredOp<"reduce_mean"> {
  let summary = "mean over some dimensions (ONNX ReduceMean)";
  let description = [{
    `axes` are sorted, not negative, and never the batch dimension 0 of a dynamic batch.

    Example: `%y = ann.reduce_mean %x axes = [2, 3] keepdims : (tensor<?x8x4x4xf32>) -> tensor<?x8x1x1xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keepdims);
  let assemblyFormat = [{
    $input `axes` `=` $axes (`keepdims` $keepdims^)? attr-dict `:` functional-type(operands, results)
  }];
}

//===- Shape operators -----------------------------------------------------------------------===//

def ANN_FlattenOp : ANN_InferredOp<"flatten"> {
  let summary = "two dimensions: those before `axis`, those from it (ONNX Flatten)";
  let description = "Example: `%y = ann.flatten %x axis = 1 : (tensor<?x8x2x2xf32>) -> tensor<?x32xf32>`";
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def ANN_ReshapeOp : ANN_InferredOp<"reshape"> {
  let summary = "the same elements in the same order, another shape (ONNX Reshape)";
  let description = [{
    At most one element of `shape` is -1 and follows from the others; with a dynamic batch it must
    be the first, so that the batch stays the batch. ONNX's 0 is resolved on import.

    Example: `%y = ann.reshape %x shape = [-1, 8, 4] : (tensor<?x32xf32>) -> tensor<?x8x4xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$input `shape` `=` $shape attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def ANN_TransposeOp : ANN_InferredOp<"transpose"> {
  let summary = "permuted dimensions (ONNX Transpose)";
  let description = [{
    Dimension i of the output is dimension `perm[i]` of the input.

    Example: `%y = ann.transpose %x perm = [0, 2, 1] : (tensor<?x8x4xf32>) -> tensor<?x4x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$perm);
  let assemblyFormat = "$input `perm` `=` $perm attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def ANN_PadOp : ANN_InferredOp<"pad"> {
  let summary = "a border of a constant (ONNX Pad, mode constant)";
  let description = [{
    `pads` are one begin per dimension, then one end per dimension; negative ones crop. The batch
    dimension is not padded.

    Example:
    ```mlir
    %y = ann.pad %x pads = [0, 0, 1, 1, 0, 0, 1, 1] value = 0.0
       : (tensor<?x8x4x4xf32>) -> tensor<?x8x6x6xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$pads, F64Attr:$value);
  let assemblyFormat = [{
    $input `pads` `=` $pads `value` `=` $value attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def ANN_SliceOp : ANN_InferredOp<"slice"> {
  let summary = "a strided part of every dimension (ONNX Slice)";
  let description = [{
    Element i of dimension d of the output is element `starts[d] + i * steps[d]` of the input;
    there are `sizes[d]` of them. Steps may be negative. ONNX's starts, ends and axes, with their
    clamping and negative indices, are resolved on import. A dynamic batch is taken whole:
    `starts = 0`, `sizes = -1`, `steps = 1` in dimension 0.

    Example:
    ```mlir
    %y = ann.slice %x starts = [0, 0, 0, 0] sizes = [-1, 8, 2, 2] steps = [1, 1, 2, 2]
       : (tensor<?x8x4x4xf32>) -> tensor<?x8x2x2xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$steps);
  let assemblyFormat = [{
    $input `starts` `=` $starts `sizes` `=` $sizes `steps` `=` $steps attr-dict
    `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
}

def ANN_ConcatOp : ANN_InferredOp<"concat"> {
  let summary = "operands side by side along one dimension (ONNX Concat)";
  let description = [{
    Example:
    ```mlir
    %y = ann.concat %a, %b axis = 1
       : (tensor<?x8x4xf32>, tensor<?x2x4xf32>) -> tensor<?x10x4xf32>
    ```
  }];
  let arguments = (ins Variadic<ANN_Tensor>:$inputs, I64Attr:$axis);
  let assemblyFormat = "$inputs `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif
