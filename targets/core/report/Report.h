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
  int64_t max = 0; ///< of the fullest core
  double mean = 0; ///< over the cores in use
  int64_t available = kUnlimited;
};

/// Means over samples, or over updates.
struct RunCost {
  uint64_t count = 0; ///< of how many; 0: none was simulated, and nothing else is set
  uint64_t exact = 0; ///< with the outputs of the integer runtime, bit for bit
  double spikes = 0, synapticOps = 0, updates = 0, messages = 0, hops = 0;
  double busiestCoreOps = 0, busiestLinkMessages = 0, criticalOps = 0, microseconds = 0;
  size_t busiestCore = 0;
  std::vector<EnergyPart> energy;
};

/// A frame of a stream. The first one of each is a sample, all others are updates.
struct FrameCost {
  uint64_t stream = 0, frame = 0;
  uint32_t steps = 0; ///< time steps until no layer sent anything any more
  uint64_t spikes = 0, inputSpikes = 0, synapticOps = 0, messages = 0, hops = 0;
  std::vector<EnergyPart> energy;
  bool isExact = false;            ///< as RunCost::exact
  std::optional<double> agreement; ///< of the first output, with the ANN of the same frame
  double rmsError = 0;             ///< likewise
  double relativeError = 0;        ///< in units of the spread of the ANN's outputs over all frames
};

struct MappingReport {
  std::string network, model;
  std::string refusal; ///< why it does not run on the model; nothing else is set then
  int64_t coresUsed = 0, coresAvailable = 0;
  std::vector<Utilization> utilization;
  double plannedHops = 0, rowMajorHops = 0; ///< event hops a sample: placed, and in row-major order
  uint32_t steps = 0, chipSteps = 0; ///< time steps of a layer, steps of the chip for a sample

  RunCost sample;       ///< of a simulation
  double accuracy = -1; ///< with labels

  // Of a stream.
  uint64_t streams = 0; ///< 0: samples were no frames
  double inputThreshold = 0;
  RunCost update;
  std::vector<FrameCost> frames;
};

/// Fills in what the program says.
void describe(MappingReport &report, const Program &program);
/// Means of what `activity` counted; `exact` of its samples had the runtime's outputs.
RunCost getCost(const Program &program, const Activity &activity, uint64_t exact);

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
