//===- Decompositions: the patterns of --ann-decompose, by family -----------------------------------------===//
#ifndef SNNC_COMPILER_PORT_DECOMPOSITIONS_H
#define SNNC_COMPILER_PORT_DECOMPOSITIONS_H

#include "mlir/IR/PatternMatch.h"

namespace snnc {

/// Layer, instance and group normalization, softmax.
void populateNormalizationDecompositions(mlir::RewritePatternSet &patterns);
/// Nonlinear operators of an activation and a constant.
void populateConstantDecompositions(mlir::RewritePatternSet &patterns);

} // namespace snnc

#endif
