//===- What the operations of the ann dialect have in common -----------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNBASE_TD
#define SNNC_DIALECTS_ANN_ANNBASE_TD

include "dialects/ann/ANNDialect.td"
include "dialects/ann/ANNInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def ANN_Tensor : RankedTensorOf<[F32, F64]>;

class ANN_Op<string mnemonic, list<Trait> traits = []>
    : Op<ANN_Dialect, mnemonic, traits # [Pure]>;

defvar ANN_refines = [{
  bool $cppClass::isCompatibleReturnTypes(::mlir::TypeRange inferred, ::mlir::TypeRange found) {
    return ::snnc::ann::detail::refines(inferred, found);
  }
}];

defvar ANN_foldsElementwise = [{
  ::mlir::OpFoldResult $cppClass::fold(FoldAdaptor adaptor) {
    return ::snnc::ann::detail::foldElementwise(*this, adaptor.getOperands());
  }
}];

defvar ANN_infersBroadcast = [{
  ::mlir::LogicalResult $cppClass::inferReturnTypes(
      ::mlir::MLIRContext *context, ::std::optional<::mlir::Location> location, Adaptor op,
      ::llvm::SmallVectorImpl<::mlir::Type> &types) {
    return ::snnc::ann::inferBroadcast(getOperationName(), context, location, op.getLhs(),
                                       op.getRhs(), types);
  }
}];

/// Result types follow from operands and attributes (shape inference), so builders take none, and
/// a printed result type is checked against the inferred one: a static type may stand where the
/// inferred one is dynamic, nothing else may differ.
class ANN_InferredOp<string mnemonic, list<Trait> traits = []>
    : ANN_Op<mnemonic, traits # [InferTypeOpAdaptorWithIsCompatible]> {
  let results = (outs ANN_Tensor:$output);
  let extraClassDefinition = ANN_refines;
}

/// What becomes neurons: `--ann-calibrate` records the range of its result. A product and a quotient
/// carry it too; where one operand is a constant they are linear all the same.
def ANN_Nonlinear : NativeOpTrait<"Nonlinear"> {
  let cppNamespace = "::snnc::ann";
}

/// What may stand behind the decoder, computed by the host; a move of elements can be a synapse as well.
def ANN_Head : NativeOpTrait<"Head"> {
  let cppNamespace = "::snnc";
}
def ANN_Move : NativeOpTrait<"Move"> {
  let cppNamespace = "::snnc";
}

/// A function of each element of one operand.
class ANN_UnaryOp<string mnemonic, list<Trait> traits = []>
    : ANN_Op<mnemonic, traits # [SameOperandsAndResultType, DeclareOpInterfaceMethods<ANN_Elementwise>]> {
  let arguments = (ins ANN_Tensor:$input);
  let results = (outs ANN_Tensor:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
  let hasFolder = 1;
  let extraClassDefinition = ANN_foldsElementwise;
}

/// A function of each pair of elements of two operands that broadcast to each other as in numpy.
class ANN_BinaryOp<string mnemonic, list<Trait> traits = []>
    : ANN_InferredOp<mnemonic, traits # [DeclareOpInterfaceMethods<ANN_Elementwise>]> {
  let arguments = (ins ANN_Tensor:$lhs, ANN_Tensor:$rhs);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
  let extraClassDefinition = !strconcat(ANN_refines, ANN_foldsElementwise, ANN_infersBroadcast);
}

#endif
