//===- Synapses: the affine maps of the snn dialect, densely --------------------------------------------===//
#ifndef SNNC_COMPILER_REFERENCE_SYNAPSES_H
#define SNNC_COMPILER_REFERENCE_SYNAPSES_H

#include "dialects/snn/SNN.h"
#include <vector>

namespace snnc::reference {

using Numbers = std::vector<double>;

/// Whether a map is applied to changes (linear) or to values (affine).
enum class Part { Linear, Affine };

/// What `synapse` delivers for `inputs`, one dense array per stream in row-major order.
Numbers applySynapse(snn::SynapseOpInterface synapse, llvm::ArrayRef<const Numbers *> inputs,
                     Part part);

/// How much the bilinear `synapse` of the estimates `p` and `q` changes with them, dP * Q + (P + dP) * dQ;
/// both have moved afterwards.
Numbers advanceProduct(snn::SynapseOpInterface synapse, Numbers &p, Numbers &q, const Numbers &dp,
                       const Numbers &dq);

/// What receivers take each output of a population to be before the first step: `initial` + `offset`.
Numbers getAssumedOutput(snn::NeuronOp neuron);
/// Where its own estimates `y` begin: `initial`.
Numbers getInitialOutput(snn::NeuronOp neuron);

} // namespace snnc::reference

#endif
