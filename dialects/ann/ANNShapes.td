//===- Operators that only move elements -------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNSHAPES_TD
#define SNNC_DIALECTS_ANN_ANNSHAPES_TD

include "dialects/ann/ANNBase.td"

def ANN_FlattenOp : ANN_InferredOp<"flatten", [ANN_Head, ANN_Move]> {
  let summary = "two dimensions: those before `axis`, those from it (ONNX Flatten)";
  let description = "Example: `%y = ann.flatten %x axis = 1 : (tensor<?x8x2x2xf32>) -> tensor<?x32xf32>`";
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def ANN_ReshapeOp : ANN_InferredOp<"reshape", [ANN_Head, ANN_Move]> {
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

def ANN_TransposeOp : ANN_InferredOp<"transpose", [ANN_Head, ANN_Move]> {
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

def ANN_GatherOp : ANN_InferredOp<"gather"> {
  let summary = "chosen positions along one dimension (ONNX Gather with constant indices)";
  let description = [{
    Position i along dimension `axis` of the output is position `indices[i]` of the input; a position
    may be taken several times. Indices of rank 0 or 2 become a reshape on import.

    Example: `%y = ann.gather %x axis = 1 indices = [2, 0, 2] : (tensor<?x4x8xf32>) -> tensor<?x3x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis, DenseI64ArrayAttr:$indices);
  let assemblyFormat = [{
    $input `axis` `=` $axis `indices` `=` $indices attr-dict `:` functional-type(operands, results)
  }];
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def ANN_ExpandOp : ANN_InferredOp<"expand"> {
  let summary = "repeated along dimensions of size 1 (ONNX Expand)";
  let description = [{
    The shape of the output is that of the input and `shape`, broadcast to each other as in numpy. -1
    in the first place of `shape` keeps a dynamic batch.

    Example: `%y = ann.expand %x shape = [-1, 8, 4] : (tensor<?x8x1xf32>) -> tensor<?x8x4xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$shape);
  let assemblyFormat = "$input `shape` `=` $shape attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def ANN_ResizeOp : ANN_InferredOp<"resize"> {
  let summary = "each element repeated along spatial dimensions (ONNX Resize, mode nearest)";
  let description = [{
    Element i of a spatial dimension d of the output is element `i / scales[d]`, rounded down, of the
    input. Other nearest resizes become `ann.gather` on import.

    Example: `%y = ann.resize %x scales = [2, 2] : (tensor<?x8x4x4xf32>) -> tensor<?x8x8x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, DenseI64ArrayAttr:$scales);
  let assemblyFormat = "$input `scales` `=` $scales attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

#endif
