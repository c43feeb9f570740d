//===- Synapses that nothing in the project knows ----------------------------------------------------------===//
#ifndef SNNC_TEST_EQUIVALENCE_NEW_NEWSYNAPSES_H
#define SNNC_TEST_EQUIVALENCE_NEW_NEWSYNAPSES_H

#include "dialects/snn/SNN.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "test/equivalence/new/NewSynapsesDialect.h.inc"

#define GET_OP_CLASSES
#include "test/equivalence/new/NewSynapses.h.inc"

#endif
