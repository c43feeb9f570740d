//===- Normalizations --------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNNORMALIZATIONS_TD
#define SNNC_DIALECTS_ANN_ANNNORMALIZATIONS_TD

include "dialects/ann/ANNBase.td"

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

def ANN_LayerNormOp : ANN_InferredOp<"layer_norm"> {
  let summary = "normalization over the dimensions from `axis` on (ONNX LayerNormalization)";
  let description = [{
    `output = (input - mean) / sqrt(variance + epsilon) * scale + bias`, with mean and (biased)
    variance over the dimensions from `axis` to the last. `scale` and `bias` have the shape of these
    dimensions.

    Example:
    ```mlir
    %y = ann.layer_norm %x, %scale bias %bias axis = 2 epsilon = 1.0e-5
       : (tensor<?x16x64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<?x16x64xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$scale, Optional<ANN_Tensor>:$bias,
                       I64Attr:$axis, F64Attr:$epsilon);
  let assemblyFormat = [{
    $input `,` $scale (`bias` $bias^)? `axis` `=` $axis `epsilon` `=` $epsilon attr-dict
    `:` functional-type(operands, results)
  }];
}

def ANN_InstanceNormOp : ANN_InferredOp<"instance_norm"> {
  let summary = "normalization of each channel of each sample (ONNX InstanceNormalization)";
  let description = [{
    `output = (input - mean) / sqrt(variance + epsilon) * scale + bias`, with mean and (biased)
    variance over the spatial dimensions; `scale` and `bias` are one number per channel
    (dimension 1).

    Example:
    ```mlir
    %y = ann.instance_norm %x, %scale, %bias epsilon = 1.0e-5
       : (tensor<?x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4x4xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$scale, ANN_Tensor:$bias, F64Attr:$epsilon);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias `epsilon` `=` $epsilon attr-dict `:` functional-type(operands, results)
  }];
}

def ANN_GroupNormOp : ANN_InferredOp<"group_norm"> {
  let summary = "normalization of groups of channels (ONNX GroupNormalization, opset 21)";
  let description = [{
    `output = (input - mean) / sqrt(variance + epsilon) * scale + bias`, with mean and (biased)
    variance over `num_groups`-th parts of the channels and all spatial dimensions; `scale` and
    `bias` are one number per channel (dimension 1). Opset 18's one per group is spread on import.

    Example:
    ```mlir
    %y = ann.group_norm %x, %scale, %bias num_groups = 4 epsilon = 1.0e-5
       : (tensor<?x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x8x4x4xf32>
    ```
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$scale, ANN_Tensor:$bias, I64Attr:$num_groups,
                       F64Attr:$epsilon);
  let assemblyFormat = [{
    $input `,` $scale `,` $bias `num_groups` `=` $num_groups `epsilon` `=` $epsilon attr-dict
    `:` functional-type(operands, results)
  }];
}

def ANN_SoftmaxOp : ANN_InferredOp<"softmax", [ANN_Head]> {
  let summary = "exp(x), divided by its sum along one dimension (ONNX Softmax)";
  let description = [{
    `output = exp(input) / sum(exp(input))` along dimension `axis`. ONNX's older meaning (before
    opset 13: along all dimensions from `axis` on) becomes reshapes on import.

    Example: `%y = ann.softmax %x axis = 3 : (tensor<?x2x16x16xf32>) -> tensor<?x2x16x16xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
}

def ANN_LogSoftmaxOp : ANN_InferredOp<"log_softmax", [ANN_Head]> {
  let summary = "the logarithm of softmax (ONNX LogSoftmax)";
  let description = [{
    `output = input - log(sum(exp(input)))` along dimension `axis`. ONNX's older meaning becomes reshapes
    on import, as that of softmax.

    Example: `%y = ann.log_softmax %x axis = 1 : (tensor<?x10xf32>) -> tensor<?x10xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
}

def ANN_ArgMaxOp : ANN_InferredOp<"argmax", [ANN_Head]> {
  let summary = "the index of the largest element along one dimension (ONNX ArgMax)";
  let description = [{
    Dimension `axis` of the output has size 1 (ONNX's `keepdims = 0` becomes a reshape on import). In a tie
    the first index counts. Indices are numbers of the input's type. There is no spiking form: it can only
    end a network.

    Example: `%y = ann.argmax %x axis = 1 : (tensor<?x10xf32>) -> tensor<?x1xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, I64Attr:$axis);
  let assemblyFormat = "$input `axis` `=` $axis attr-dict `:` functional-type(operands, results)";
}

#endif
