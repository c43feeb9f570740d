//===- Interfaces of the exec dialect: tasks, synapses, steps of index maps ------------------------===//
#ifndef SNNC_DIALECTS_EXEC_EXECINTERFACES_TD
#define SNNC_DIALECTS_EXEC_EXECINTERFACES_TD

include "mlir/IR/OpBase.td"

def Exec_TaskOpInterface : OpInterface<"TaskOpInterface"> {
  let cppNamespace = "::snnc::exec";
  let description = [{
    A part of a time step. What it takes and gives is enough to form layers and to know how long buffers live.
  }];
  let methods = [
    InterfaceMethod<"The stream whose events it takes, or null.", "::mlir::Value", "getTakenStream",
      (ins), [{}], "return {};">,
    InterfaceMethod<"The stream that it gives events to, or null.", "::mlir::Value", "getGivenStream",
      (ins), [{}], "return $_op->getNumResults() == 1 ? $_op->getResult(0) : ::mlir::Value();">,
    InterfaceMethod<"The sums that it adds to, or null.", "::mlir::Value", "getFilledSums",
      (ins), [{}], "return {};">,
    InterfaceMethod<"The sums that it reads.", "::llvm::SmallVector<::mlir::Value>", "getReadSums",
      (ins), [{}], "return {};">
  ];
}

def Exec_SynapseAttrInterface : AttrInterface<"SynapseAttrInterface"> {
  let cppNamespace = "::snnc::exec";
  let description = "A linear map that is more than an index map.";
  let methods = [
    InterfaceMethod<[{
        The shape of what it delivers of a stream of shape `in` with `weights` (null: none). Fails, with a diagnostic,
        where they do not fit.
      }], "::mlir::FailureOr<::llvm::SmallVector<int64_t>>", "inferShape",
      (ins "::llvm::ArrayRef<int64_t>":$in, "::mlir::ShapedType":$weights,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>,
    InterfaceMethod<[{
        What an event of input `element` adds, in rows: `visit` gets each row. `weights` is the shape of the weights.
      }], "void", "forEachRow",
      (ins "int64_t":$element, "::llvm::ArrayRef<int64_t>":$in, "::llvm::ArrayRef<int64_t>":$out,
           "::llvm::ArrayRef<int64_t>":$weights,
           "::llvm::function_ref<void(const ::snnc::exec::Row &)>":$visit)>,
    InterfaceMethod<[{
        The numbers that rows index: `weights` times a power of two, or what the synapse has instead.
      }], "::std::vector<int32_t>", "getNumbers",
      (ins "::mlir::ElementsAttr":$weights, "::llvm::ArrayRef<int64_t>":$in, "::llvm::ArrayRef<int64_t>":$out)>
  ];
}

def Exec_IndexStepAttrInterface : AttrInterface<"IndexStepAttrInterface"> {
  let cppNamespace = "::snnc::exec";
  let description = "A step of an index map: one movement of elements.";
  let methods = [
    InterfaceMethod<[{
        `map`, and then this step. Fails, with a diagnostic, where it does not fit the shape that `map` gives.
      }], "::mlir::FailureOr<::snn::IndexMap>", "follow",
      (ins "const ::snn::IndexMap &":$map,
           "::llvm::function_ref<::mlir::InFlightDiagnostic()>":$emitError)>
  ];
}

#endif
