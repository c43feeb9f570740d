//===- Sensitivity: how much an error of each channel moves the outputs -------------------------------------===//
//
// Errors of single neurons are taken as independent, so that their squares add up: squares of the weights
// carry the squared error of the outputs back to every population. What counts is how the channels of one
// population compare; how populations compare is measured (Search).
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_TUNE_SENSITIVITY_H
#define SNNC_COMPILER_TUNE_SENSITIVITY_H

#include "compiler/tune/Candidate.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

namespace snnc::tune {

/// Of each population, for each of its neurons in row-major order: the mean square by which the network's
/// outputs move for an error of 1 in `y`. Products of two streams count as if the other one were 1.
llvm::MapVector<snn::NeuronOp, std::vector<double>> getSensitivities(mlir::func::FuncOp network);

/// Errors of channels that matter less may be larger: the unit of every channel grows by how many times less
/// sensitive it is than the median channel of its population, so that its steps grow and its values take
/// fewer of them. Channels are the last of two dimensions, else the first. Populations that are heard
/// through products, not weights, stay as they are. Leaves scales for `--snn-fold-scales` to move into
/// weights.
void balanceUnits(mlir::func::FuncOp network, const Balance &balance);

} // namespace snnc::tune

#endif
