//===- Interfaces of the ann dialect -----------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANNINTERFACES_TD
#define SNNC_DIALECTS_ANN_ANNINTERFACES_TD

include "mlir/IR/OpBase.td"

/// What computes each element of its result from one element of each operand, and from nothing else.
def ANN_Elementwise : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::snnc::ann";
  let description = [{
    The function that an element-wise operator applies. Folds, the reference evaluator and tests all
    take it from here, so there is one definition of it.
  }];
  let methods = [InterfaceMethod<[{
      The function in double precision; operators of one operand ignore the second argument.
    }], "::std::function<double(double, double)>", "getFunction">];
}

#endif
