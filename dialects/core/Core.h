//===- The core dialect: the one header to include ------------------------------------------------===//
//
// A network on a mesh of cores. See CoreDialect.td for the idea and for the core model attribute,
// CoreOps.td for programs, layers, cores and routes.
//
//===--------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_CORE_CORE_H
#define SNNC_DIALECTS_CORE_CORE_H

#include "dialects/snn/SNN.h"
#include "mlir/IR/RegionKindInterface.h"
#include "mlir/IR/SymbolTable.h"
#include <optional>

#include "dialects/core/CoreDialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/core/CoreAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/core/CoreOps.h.inc"

#endif
