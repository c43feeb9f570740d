//===- Energy: what the operations of a layer cost ------------------------------------------------------------===//
//
// An estimate by counting: operations times the energy of one in 45 nm at 0.9 V, 32-bit floating point
// (M. Horowitz, "Computing's energy problem", ISSCC 2014, figure 1.1.9). Memory traffic is not in it.
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_COMPILER_SUPPORT_ENERGY_H
#define SNNC_COMPILER_SUPPORT_ENERGY_H

#include "snn/Engine.h"

namespace snnc {

inline constexpr double kAddPicojoules = 0.9;
inline constexpr double kMultiplyPicojoules = 3.7;

/// Picojoules: an accumulation adds, a graded one also multiplies; a comparison and the update of its
/// neuron are two additions.
inline double getEnergy(const ::snn::LayerStatistics &layer) {
  return kAddPicojoules * static_cast<double>(layer.synapticOps + 2 * layer.updates) +
         kMultiplyPicojoules * static_cast<double>(layer.gradedOps);
}

} // namespace snnc

#endif
