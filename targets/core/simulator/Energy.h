//===- Energy: what the counts of a run cost by a core model's figures ----------------------------------===//
//
// By part, never one number: what a chip draws at rest and what its clock draws depend on time, the rest on
// events. A part is missing where the model's publications do not give it.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_SIMULATOR_ENERGY_H
#define SNNC_TARGETS_CORE_SIMULATOR_ENERGY_H

#include "targets/core/model/CoreModel.h"
#include "targets/core/simulator/Simulator.h"
#include <optional>

namespace snnc::core {

struct EnergyPart {
  std::string name;                 ///< "synaptic operations"
  bool isStatic = false;            ///< drawn whether or not anything happens
  std::optional<double> picojoules; ///< nothing: not published
};

/// Per sample.
std::vector<EnergyPart> countEnergy(const Energy &energy, const Timing &timing,
                                    const Activity &activity);

/// Power in watts at rest, with the clock at `megahertz`, and `operations` synaptic operations a second:
/// the affine law that chips are measured by. Parts that are not published count as nothing.
double getPower(const Energy &energy, double megahertz, double operations);

} // namespace snnc::core

#endif
