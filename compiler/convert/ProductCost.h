//===- What a product of two activations costs as a synapse and as a neuron --------------------------------===//
//
// A bilinear synapse takes two multiply-accumulates for each element and step, and passes on a change of
// every element in every step: all that its result reaches is added to each time. A neuron is charged,
// compares and moves, but then sends an event in some of the steps only. So the synapse is cheaper where
// the product reaches little (a sum, another neuron), the neuron where it reaches much (the channels of
// a convolution).
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_PRODUCTCOST_H
#define SNNC_COMPILER_CONVERT_PRODUCTCOST_H

#include "dialects/snn/SNN.h"

namespace snnc {

/// Operations per time step, about: additions, multiply-accumulates, and those of neurons.
struct ProductCost {
  double synapse = 0, neuron = 0;
};

/// Of the product, element by element, that `op` computes and `function` would follow, with neurons that
/// send `code`.
ProductCost estimateProduct(mlir::Operation *op, snn::Function function, snn::SpikeCode code);

} // namespace snnc

#endif
