//===- Decompositions: the patterns of --ann-decompose, by family -----------------------------------------===//
#ifndef SNNC_COMPILER_PORT_DECOMPOSITIONS_H
#define SNNC_COMPILER_PORT_DECOMPOSITIONS_H

#include "mlir/IR/PatternMatch.h"

namespace snnc {

/// Layer, instance and group normalization, softmax (with `subtractMaximum` each row is taken relative to
/// its largest element) and its logarithm; the largest and the smallest element along dimensions.
void populateNormalizationDecompositions(mlir::RewritePatternSet &patterns, bool subtractMaximum);
/// A softmax of scores to which a constant mask is added, without the elements that it takes out.
void populateMaskDecompositions(mlir::RewritePatternSet &patterns, bool subtractMaximum);
/// Windows that synapses do not have: means with ceil_mode or dilations, three dimensions.
void populateWindowDecompositions(mlir::RewritePatternSet &patterns);
/// Nonlinear operators of an activation and a constant.
void populateConstantDecompositions(mlir::RewritePatternSet &patterns);

} // namespace snnc

#endif
