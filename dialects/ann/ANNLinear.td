//===- Constants, and linear operators with weights --------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNLINEAR_TD
#define SNNC_DIALECTS_ANN_ANNLINEAR_TD

include "dialects/ann/ANNBase.td"

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

def ANN_ConvTransposeOp : ANN_InferredOp<"conv_transpose"> {
  let summary = "transposed convolution (ONNX ConvTranspose)";
  let description = [{
    The transpose of a convolution's linear map: every input element adds its weighted kernel to the
    output, `strides` apart. `input` is N x C x spatial, `weight` is C x O/group x kernel, `bias` is
    O. Size `(in - 1) * stride + (kernel - 1) * dilation + 1 + output_padding - pads` per dimension.
    ONNX's auto_pad and output_shape are resolved on import.

    Example:
    ```mlir
    %y = ann.conv_transpose %x, %w bias %b strides = [2, 2] pads = [0, 0, 0, 0] dilations = [1, 1]
         output_padding = [0, 0] group = 1
       : (tensor<?x16x8x8xf32>, tensor<16x4x2x2xf32>, tensor<4xf32>) -> tensor<?x4x16x16xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$weight, Optional<ANN_Tensor>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations, DenseI64ArrayAttr:$output_padding,
                       DefaultValuedAttr<I64Attr, "1">:$group);
  let assemblyFormat = [{
    $input `,` $weight (`bias` $bias^)? `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations `output_padding` `=` $output_padding (`group` `=` $group^)? attr-dict
    `:` functional-type(operands, results)
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

#endif
