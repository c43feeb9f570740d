//===- Functions of one operand, element by element --------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNACTIVATIONS_TD
#define SNNC_DIALECTS_ANN_ANNACTIVATIONS_TD

include "dialects/ann/ANNBase.td"

//===- Activations of one operand ------------------------------------------------------------===//

def ANN_ReluOp : ANN_UnaryOp<"relu", [Idempotent, ANN_Nonlinear]> {
  let summary = "max(x, 0) (ONNX Relu)";
  let description = "Example: `%y = ann.relu %x : tensor<?x8xf32>`";
}

def ANN_LeakyReluOp : ANN_UnaryOp<"leaky_relu", [ANN_Nonlinear]> {
  let summary = "x for x >= 0, else alpha * x (ONNX LeakyRelu)";
  let description = "Example: `%y = ann.leaky_relu %x alpha = 0.01 : tensor<?x8xf32>`";
  let arguments = (ins ANN_Tensor:$input, F64Attr:$alpha);
  let assemblyFormat = "$input `alpha` `=` $alpha attr-dict `:` type($input)";
}

def ANN_PReluOp : ANN_InferredOp<"prelu", [DeclareOpInterfaceMethods<ANN_Elementwise>, ANN_Nonlinear]> {
  let summary = "x for x >= 0, else slope * x, with learned slopes (ONNX PRelu)";
  let description = [{
    `slope` broadcasts to the input as in numpy; one per channel is C x 1 x 1.

    Example: `%y = ann.prelu %x, %s : (tensor<?x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<?x8x4x4xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_Tensor:$slope);
  let assemblyFormat = "$input `,` $slope attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let extraClassDefinition = !strconcat(ANN_refines, ANN_foldsElementwise);
}

def ANN_GeluForm : I32EnumAttr<"GeluForm", "how GELU is computed", [
  I32EnumAttrCase<"None", 0, "none">,         // x * Phi(x), exactly
  I32EnumAttrCase<"Tanh", 1, "tanh">          // the approximation by tanh
]> {
  let cppNamespace = "::snnc::ann";
  let genSpecializedAttr = 0;
}
def ANN_GeluFormAttr : EnumAttr<ANN_Dialect, ANN_GeluForm, "gelu_form"> {
  let assemblyFormat = "$value";
}

def ANN_GeluOp : ANN_UnaryOp<"gelu", [ANN_Nonlinear]> {
  let summary = "Gaussian error linear unit (ONNX Gelu)";
  let description = [{
    `x / 2 * (1 + erf(x / sqrt(2)))`; with `approximate = tanh`
    `x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))`.

    Example: `%y = ann.gelu %x approximate = none : tensor<?x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, ANN_GeluFormAttr:$approximate);
  let assemblyFormat = "$input `approximate` `=` $approximate attr-dict `:` type($input)";
}

def ANN_SiluOp : ANN_UnaryOp<"silu", [ANN_Nonlinear]> {
  let summary = "x * sigmoid(x) (Swish)";
  let description = "Example: `%y = ann.silu %x : tensor<?x8xf32>`";
}

def ANN_HardSwishOp : ANN_UnaryOp<"hard_swish", [ANN_Nonlinear]> {
  let summary = "x * min(max(x / 6 + 1/2, 0), 1) (ONNX HardSwish)";
  let description = "Example: `%y = ann.hard_swish %x : tensor<?x8xf32>`";
}

def ANN_HardSigmoidOp : ANN_UnaryOp<"hard_sigmoid", [ANN_Nonlinear, ANN_Head]> {
  let summary = "min(max(alpha * x + beta, 0), 1) (ONNX HardSigmoid)";
  let description = "Example: `%y = ann.hard_sigmoid %x alpha = 0.2 beta = 0.5 : tensor<?x8xf32>`";
  let arguments = (ins ANN_Tensor:$input, F64Attr:$alpha, F64Attr:$beta);
  let assemblyFormat = "$input `alpha` `=` $alpha `beta` `=` $beta attr-dict `:` type($input)";
}

def ANN_SigmoidOp : ANN_UnaryOp<"sigmoid", [ANN_Nonlinear, ANN_Head]> {
  let summary = "1 / (1 + exp(-x)) (ONNX Sigmoid)";
  let description = "Example: `%y = ann.sigmoid %x : tensor<?x8xf32>`";
}

def ANN_TanhOp : ANN_UnaryOp<"tanh", [ANN_Nonlinear, ANN_Head]> {
  let summary = "hyperbolic tangent (ONNX Tanh)";
  let description = "Example: `%y = ann.tanh %x : tensor<?x8xf32>`";
}

def ANN_EluOp : ANN_UnaryOp<"elu", [ANN_Nonlinear]> {
  let summary = "x for x >= 0, else alpha * (exp(x) - 1) (ONNX Elu)";
  let description = "Example: `%y = ann.elu %x alpha = 1.0 : tensor<?x8xf32>`";
  let arguments = (ins ANN_Tensor:$input, F64Attr:$alpha);
  let assemblyFormat = "$input `alpha` `=` $alpha attr-dict `:` type($input)";
}

def ANN_SoftplusOp : ANN_UnaryOp<"softplus", [ANN_Nonlinear]> {
  let summary = "log(1 + exp(x)) (ONNX Softplus)";
  let description = "Example: `%y = ann.softplus %x : tensor<?x8xf32>`";
}

def ANN_ClipOp : ANN_UnaryOp<"clip", [ANN_Nonlinear]> {
  let summary = "x kept between min and max, such as ReLU6 (ONNX Clip)";
  let description = [{
    `min(max(x, min), max)`; a bound that is absent does not bind. `min` must not exceed `max`.

    Example: `%y = ann.clip %x min = 0.0 max = 6.0 : tensor<?x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, OptionalAttr<F64Attr>:$min, OptionalAttr<F64Attr>:$max);
  let assemblyFormat = [{
    $input (`min` `=` $min^)? (`max` `=` $max^)? attr-dict `:` type($input)
  }];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
  let extraClassDeclaration = [{
    /// The bounds, infinite where there is none.
    double getLower();
    double getUpper();
  }];
}

//===- Functions of one operand --------------------------------------------------------------===//

def ANN_ErfOp : ANN_UnaryOp<"erf", [ANN_Nonlinear]> {
  let summary = "Gauss error function (ONNX Erf)";
  let description = [{
    Older exporters spell GELU with it; `--ann-recognize-clusters` turns that into `ann.gelu`.

    Example: `%y = ann.erf %x : tensor<?x8xf32>`
  }];
}

def ANN_ExpOp : ANN_UnaryOp<"exp", [ANN_Nonlinear]> {
  let summary = "e to the power of x (ONNX Exp)";
  let description = "Example: `%y = ann.exp %x : tensor<?x8xf32>`";
}

def ANN_SqrtOp : ANN_UnaryOp<"sqrt", [ANN_Nonlinear]> {
  let summary = "square root (ONNX Sqrt)";
  let description = "Example: `%y = ann.sqrt %x : tensor<?x8xf32>`";
}

def ANN_ReciprocalOp : ANN_UnaryOp<"reciprocal", [ANN_Nonlinear]> {
  let summary = "1 / x (ONNX Reciprocal)";
  let description = "Example: `%y = ann.reciprocal %x : tensor<?x8xf32>`";
}

def ANN_AbsOp : ANN_UnaryOp<"abs", [ANN_Nonlinear, Idempotent]> {
  let summary = "absolute value (ONNX Abs)";
  let description = "Example: `%y = ann.abs %x : tensor<?x8xf32>`";
}

def ANN_SquareOp : ANN_UnaryOp<"square", [ANN_Nonlinear]> {
  let summary = "x * x (ONNX Pow with the exponent 2, or Mul of a value with itself)";
  let description = "Example: `%y = ann.square %x : tensor<?x8xf32>`";
}

def ANN_MishOp : ANN_UnaryOp<"mish", [ANN_Nonlinear]> {
  let summary = "x * tanh(log(1 + exp(x))) (ONNX Mish)";
  let description = "Example: `%y = ann.mish %x : tensor<?x8xf32>`";
}

def ANN_SoftsignOp : ANN_UnaryOp<"softsign", [ANN_Nonlinear]> {
  let summary = "x / (1 + abs(x)) (ONNX Softsign)";
  let description = "Example: `%y = ann.softsign %x : tensor<?x8xf32>`";
}

def ANN_LogOp : ANN_UnaryOp<"log", [ANN_Nonlinear]> {
  let summary = "natural logarithm (ONNX Log)";
  let description = "Example: `%y = ann.log %x : tensor<?x8xf32>`";
}

def ANN_SinOp : ANN_UnaryOp<"sin", [ANN_Nonlinear]> {
  let summary = "sine (ONNX Sin)";
  let description = "Example: `%y = ann.sin %x : tensor<?x8xf32>`";
}

def ANN_CosOp : ANN_UnaryOp<"cos", [ANN_Nonlinear]> {
  let summary = "cosine (ONNX Cos)";
  let description = "Example: `%y = ann.cos %x : tensor<?x8xf32>`";
}

//===- Functions that jump: close to that, a neuron's estimate may be on the other side ------===//

def ANN_SignOp : ANN_UnaryOp<"sign", [ANN_Nonlinear, Idempotent]> {
  let summary = "1 above 0, -1 below, 0 at 0 (ONNX Sign)";
  let description = "Example: `%y = ann.sign %x : tensor<?x8xf32>`";
}

def ANN_FloorOp : ANN_UnaryOp<"floor", [ANN_Nonlinear, Idempotent]> {
  let summary = "largest integer that does not exceed x (ONNX Floor)";
  let description = "Example: `%y = ann.floor %x : tensor<?x8xf32>`";
}

def ANN_CeilOp : ANN_UnaryOp<"ceil", [ANN_Nonlinear, Idempotent]> {
  let summary = "smallest integer not below x (ONNX Ceil)";
  let description = "Example: `%y = ann.ceil %x : tensor<?x8xf32>`";
}

def ANN_RoundOp : ANN_UnaryOp<"round", [ANN_Nonlinear, Idempotent]> {
  let summary = "nearest integer, halves to the even one (ONNX Round)";
  let description = "Example: `%y = ann.round %x : tensor<?x8xf32>`";
}

def ANN_ThresholdedReluOp : ANN_UnaryOp<"thresholded_relu", [ANN_Nonlinear]> {
  let summary = "x for x > alpha, else 0 (ONNX ThresholdedRelu)";
  let description = "Example: `%y = ann.thresholded_relu %x alpha = 1.0 : tensor<?x8xf32>`";
  let arguments = (ins ANN_Tensor:$input, F64Attr:$alpha);
  let assemblyFormat = "$input `alpha` `=` $alpha attr-dict `:` type($input)";
}

def ANN_ShrinkOp : ANN_UnaryOp<"shrink", [ANN_Nonlinear]> {
  let summary = "x - bias above lambda, x + bias below -lambda, else 0 (ONNX Shrink)";
  let description = [{
    `lambda` is at least 0. Without a jump (`bias` equal to `lambda`) it is soft shrinkage.

    Example: `%y = ann.shrink %x lambda = 0.5 bias = 0.0 : tensor<?x8xf32>`
  }];
  let arguments = (ins ANN_Tensor:$input, F64Attr:$lambda, F64Attr:$bias);
  let assemblyFormat = "$input `lambda` `=` $lambda `bias` `=` $bias attr-dict `:` type($input)";
  let hasVerifier = 1;
}

//===- Linear --------------------------------------------------------------------------------===//

def ANN_NegOp : ANN_UnaryOp<"neg", [Involution]> {
  let summary = "-x (ONNX Neg); linear";
  let description = "Example: `%y = ann.neg %x : tensor<?x8xf32>`";
}

#endif
