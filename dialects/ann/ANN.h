//===- The ann dialect: the one header to include --------------------------------------------===//
//
// A trained network over float tensors. See ANNDialect.td for what it models and ANNOps.td for
// its operations.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANN_H
#define SNNC_DIALECTS_ANN_ANN_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/ann/ANNDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/ann/ANNAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/ann/ANNOps.h.inc"

#endif
