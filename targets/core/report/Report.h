//===- Report: what a mapping takes, and what running it costs -------------------------------------------===//
#ifndef SNNC_TARGETS_CORE_REPORT_REPORT_H
#define SNNC_TARGETS_CORE_REPORT_REPORT_H

#include "targets/core/simulator/Energy.h"
#include <nlohmann/json.hpp>
#include <optional>

namespace snnc::core {

/// How much of a limit the cores of a program take.
struct Utilization {
  std::string limit;
  int64_t most = 0; ///< of the fullest core
  double mean = 0;  ///< over the cores in use
  int64_t available = kUnlimited;
};

struct MappingReport {
  std::string network, model;
  std::string refusal; ///< why it does not run on the model; nothing else is set then
  int64_t coresUsed = 0, coresAvailable = 0;
  std::vector<Utilization> utilization;
  double plannedHops = 0, rowMajorHops = 0; ///< event hops a sample: placed, and in row-major order
  uint32_t steps = 0, chipSteps = 0; ///< time steps of a layer, steps of the chip for a sample

  // From a simulation, per sample; without samples none was made.
  uint64_t samples = 0;
  uint64_t exactSamples = 0; ///< samples with the outputs of the integer runtime, bit for bit
  double accuracy = -1;      ///< with labels
  double spikes = 0, synapticOps = 0, updates = 0, messages = 0, hops = 0;
  double busiestCoreOps = 0, busiestLinkMessages = 0, criticalOps = 0, microseconds = 0;
  size_t busiestCore = 0;
  std::vector<EnergyPart> energy;
};

/// Fills in what the program says, and what `activity` counted when it has samples.
void describe(MappingReport &report, const Program &program, const Activity *activity);

/// What `snnc map` prints for one model.
std::string toText(const MappingReport &report);
/// One line per model, for several.
std::string toTable(const std::vector<MappingReport> &reports);
/// The keys of docs/format/map-json.md.
nlohmann::ordered_json toJSON(const MappingReport &report);

/// The program of core `index` for people and scripts: populations with their numbers, synapses with the
/// weights that this core needs, axons.
nlohmann::ordered_json toJSON(const Program &program, size_t index);

/// The mesh with its cores, coloured by load (synaptic operations when simulated, else synapse memory).
std::string drawPlacement(const Program &program, const Activity *activity);

} // namespace snnc::core

#endif
