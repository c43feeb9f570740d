//===- RecognizeClusters: what its two files share --------------------------------------------------------------===//
#ifndef SNNC_COMPILER_PORT_RECOGNIZECLUSTERS_H
#define SNNC_COMPILER_PORT_RECOGNIZECLUSTERS_H

#include "mlir/IR/PatternMatch.h"
#include <optional>

namespace snnc {

/// The number of a constant that has one.
std::optional<double> getScalar(mlir::Value value);

/// Layer and group normalizations, and the scales and biases behind them.
void addNormalizationClusters(mlir::RewritePatternSet &patterns);

} // namespace snnc

#endif
