//===- The ann dialect: a trained network, as its framework left it --------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNDIALECT_TD
#define SNNC_DIALECTS_ANN_ANNDIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def ANN_Dialect : Dialect {
  let name = "ann";
  let cppNamespace = "::snnc::ann";
  let summary = "a trained feed-forward network over float tensors";
  let description = [{
    Operators of a trained network, named and defined as in ONNX, in value semantics over ranked
    tensors of f32 or f64 in NCHW order. Only the leading dimension, the batch, may be dynamic.
    Weights are operands defined by `ann.constant`.

    The dialect knows nothing of spikes. `--ann-calibrate` adds what the network's activations
    look like on real data, as an `ann.range` attribute (see `#ann.range`) on the operation that
    produces them; `--convert-ann-to-snn` takes it from there.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Name of the discardable attribute that `--ann-calibrate` leaves on an operation.
    static constexpr llvm::StringLiteral kRangeAttrName = "ann.range";
    /// Of an operation that takes elements: by how much those of its operand may differ on the calibration data
    /// (f64), because a mask that is a finite number hides others (see `--ann-decompose`).
    static constexpr llvm::StringLiteral kSpreadAttrName = "ann.spread";
    /// Name of the unit attribute that `--ann-place-heads` leaves on an operation for the host.
    static constexpr llvm::StringLiteral kHostAttrName = "ann.host";
  }];
}

def ANN_RangeAttr : AttrDef<ANN_Dialect, "Range"> {
  let mnemonic = "range";
  let summary = "smallest and largest value an activation took on the calibration data";
  let description = [{
    `lower` and `upper` have the same shape: rank 0 (one range for the tensor), rank 1 (one per
    channel: dimension 1 of the activation) or the activation's shape without its batch dimension
    (one per neuron), with 1 in dimensions along which it is the same. Elements are f64. No element of `lower` exceeds its partner in `upper`.

    Example: `#ann.range<dense<0.0> : tensor<f64>, dense<2.5> : tensor<f64>>`
  }];
  let parameters = (ins "::mlir::DenseElementsAttr":$lower, "::mlir::DenseElementsAttr":$upper);
  let assemblyFormat = "`<` $lower `,` $upper `>`";
  let genVerifyDecl = 1;
}

#endif
