//===- The ann dialect: the one header to include --------------------------------------------===//
//
// A trained network over float tensors. See ANNDialect.td for what it models and ANNOps.td for
// its operations, a file for each family.
//
//===------------------------------------------------------------------------------------------===//
#ifndef SNNC_DIALECTS_ANN_ANN_H
#define SNNC_DIALECTS_ANN_ANN_H

#include "dialects/support/Head.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <functional>

namespace mlir {
class PatternRewriter;
}

#include "dialects/ann/ANNDialect.h.inc"
#include "dialects/ann/ANNEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/ann/ANNAttrs.h.inc"

namespace snnc::ann {

/// What becomes neurons. See ANN_Nonlinear in ANNBase.td.
template <typename ConcreteOp>
class Nonlinear : public mlir::OpTrait::TraitBase<ConcreteOp, Nonlinear> {};

namespace detail {
/// Whether types are the inferred ones, but for dimensions that are static where inference found a
/// dynamic one.
bool refines(mlir::TypeRange inferred, mlir::TypeRange found);
/// Computes an element-wise operation on constants, and drops one that changes nothing (x + 0).
mlir::OpFoldResult foldElementwise(mlir::Operation *op, mlir::ArrayRef<mlir::Attribute> operands);
} // namespace detail

} // namespace snnc::ann

#include "dialects/ann/ANNInterfaces.h.inc"

#define GET_OP_CLASSES
#include "dialects/ann/ANNOps.h.inc"

namespace snnc::ann {

/// The axis of the softmax that `op` is the exponential of: every reader divides it by its sum along
/// that axis, or sums it up for that. Nothing otherwise.
std::optional<int64_t> getSoftmaxAxis(mlir::Operation *op);

} // namespace snnc::ann

#endif
