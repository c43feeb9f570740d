//===- Arithmetic of two operands, element by element ------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNARITHMETIC_TD
#define SNNC_DIALECTS_ANN_ANNARITHMETIC_TD

include "dialects/ann/ANNBase.td"

//===- Linear --------------------------------------------------------------------------------===//

def ANN_AddOp : ANN_BinaryOp<"add", [Commutative]> {
  let summary = "sum with numpy broadcasting (ONNX Add)";
  let description = [{
    Example: `%y = ann.add %a, %b : (tensor<?x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32>`
  }];
}

def ANN_SubOp : ANN_BinaryOp<"sub"> {
  let summary = "difference with numpy broadcasting (ONNX Sub)";
  let description = [{
    Canonical form: with a constant on the right it is an `ann.add` of the negated constant.

    Example: `%y = ann.sub %a, %b : (tensor<?x8x4xf32>, tensor<?x8x1xf32>) -> tensor<?x8x4xf32>`
  }];
  let hasCanonicalizeMethod = 1;
}

//===- Neurons, unless an operand is a constant ----------------------------------------------===//

def ANN_MulOp : ANN_BinaryOp<"mul", [Commutative, ANN_Nonlinear]> {
  let summary = "product with numpy broadcasting (ONNX Mul)";
  let description = [{
    With a constant it is a linear scale; of two activations it is a neuron or a bilinear synapse.
    Canonical form: a product of a value with itself is an `ann.square`.

    Example: `%y = ann.mul %a, %b : (tensor<?x8x4x4xf32>, tensor<?x8x1x1xf32>) -> tensor<?x8x4x4xf32>`
  }];
  let hasCanonicalizeMethod = 1;
}

def ANN_DivOp : ANN_BinaryOp<"div", [ANN_Nonlinear]> {
  let summary = "quotient with numpy broadcasting (ONNX Div)";
  let description = [{
    Canonical form: with a constant on the right it is an `ann.mul` with its reciprocal.

    Example: `%y = ann.div %a, %b : (tensor<?x8x4xf32>, tensor<?x8x1xf32>) -> tensor<?x8x4xf32>`
  }];
  let hasCanonicalizeMethod = 1;
}

def ANN_NormOp : ANN_BinaryOp<"norm", [ANN_Nonlinear]> {
  let summary = "x / sqrt(v + epsilon) with numpy broadcasting: the core of every normalization";
  let description = [{
    `--ann-decompose` makes it of layer, instance and group normalization; ONNX has no name for it.

    Example: `%y = ann.norm %x, %v epsilon = 1.0e-5 : (tensor<?x8x4xf32>, tensor<?x8x1xf32>) -> tensor<?x8x4xf32>`
  }];
  let arguments = (ins ANN_Tensor:$lhs, ANN_Tensor:$rhs, F64Attr:$epsilon);
  let assemblyFormat = [{
    $lhs `,` $rhs `epsilon` `=` $epsilon attr-dict `:` functional-type(operands, results)
  }];
}

def ANN_MaxOp : ANN_BinaryOp<"max", [Commutative, ANN_Nonlinear]> {
  let summary = "the larger of two, with numpy broadcasting (ONNX Max)";
  let description = [{
    Example: `%y = ann.max %a, %b : (tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>`
  }];
}

def ANN_MinOp : ANN_BinaryOp<"min", [Commutative, ANN_Nonlinear]> {
  let summary = "the smaller of two, with numpy broadcasting (ONNX Min)";
  let description = [{
    Example: `%y = ann.min %a, %b : (tensor<?x8x4x4xf32>, tensor<?x8x4x4xf32>) -> tensor<?x8x4x4xf32>`
  }];
}

#endif
