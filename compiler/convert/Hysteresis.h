//===- Hysteresis: which neurons may have one -----------------------------------------------------------------===//
#ifndef SNNC_COMPILER_CONVERT_HYSTERESIS_H
#define SNNC_COMPILER_CONVERT_HYSTERESIS_H

#include "dialects/snn/SNN.h"

namespace snnc {

/// Those of the ternary code whose schedules end, but for norms, which have none in integers (SNN-N6).
bool mayHaveHysteresis(snn::NeuronOp neuron);

} // namespace snnc

#endif
