//===- What all operations of the snn dialect have in common --------------------------------===//
#ifndef SNNC_DIALECTS_SNN_SNNOPBASE_TD
#define SNNC_DIALECTS_SNN_SNNOPBASE_TD

include "dialects/snn/SNNInterfaces.td"
include "dialects/snn/SNNTypes.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def SNN_Tensor : RankedTensorOf<[F32, F64]>;
def SNN_Weights : StaticShapeTensorOf<[F32, F64, I<2>, I<4>, I8, I16, I32]>;

class SNN_Op<string mnemonic, list<Trait> traits = []>
    : Op<SNN_Dialect, mnemonic, traits # [Pure]>;

#endif
