//===- Pools and reductions --------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNPOOLING_TD
#define SNNC_DIALECTS_ANN_ANNPOOLING_TD

include "dialects/ann/ANNBase.td"

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

def ANN_ReduceSumOp : ANN_InferredOp<"reduce_sum"> {
  let summary = "sum over some dimensions (ONNX ReduceSum)";
  let description = [{
    `axes` as in `ann.reduce_mean`.

    Example: `%y = ann.reduce_sum %x axes = [2] : (tensor<?x8x4xf32>) -> tensor<?x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keepdims);
  let assemblyFormat = [{
    $input `axes` `=` $axes (`keepdims` $keepdims^)? attr-dict `:` functional-type(operands, results)
  }];
}

class ANN_ReduceExtremumOp<string mnemonic, string which> : ANN_InferredOp<mnemonic> {
  let description = "`axes` as in `ann.reduce_mean`.\n\nExample: `%y = ann." # mnemonic #
      " %x axes = [2] keepdims : (tensor<?x8x4xf32>) -> tensor<?x8x1xf32>`";
  let summary = which # " element over some dimensions";
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$axes, UnitAttr:$keepdims);
  let assemblyFormat = [{
    $input `axes` `=` $axes (`keepdims` $keepdims^)? attr-dict `:` functional-type(operands, results)
  }];
}

def ANN_ReduceMaxOp : ANN_ReduceExtremumOp<"reduce_max", "largest">;
def ANN_ReduceMinOp : ANN_ReduceExtremumOp<"reduce_min", "smallest">;

#endif
