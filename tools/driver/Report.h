//===- Report: what a run of a spiking network found ---------------------------------------------------------===//
//
// Energy is an estimate by counting (compiler/support/Energy.h).
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_REPORT_H
#define SNNC_TOOLS_DRIVER_REPORT_H

#include "compiler/evaluate/RunMemory.h"
#include "compiler/support/Energy.h"
#include "snn/Batch.h"
#include "tools/driver/Beside.h"
#include "tools/driver/Clipping.h"
#include "tools/driver/Scores.h"
#include <nlohmann/json.hpp>
#include <optional>

namespace snnc {

struct Report {
  std::string model;
  uint64_t images = 0;
  std::vector<uint32_t> steps;
  std::vector<OutputScores> outputs;
  std::vector<snn::Reference> references; ///< what compiling measured
  std::optional<FileReference> reference; ///< beside another tool's outputs, where there are some
  Clipping clipping;
  double meanSteps = 0;        ///< that an image took, under a stop rule; 0 without one
  double stoppedEarly = 0;     ///< share of the images that took fewer steps than the last
  double eventsPerNeuron = 0;  ///< and image
  double synapticOps = 0;      ///< per image
  double annMacs = 0;          ///< per image
  double energyPicojoules = 0; ///< per image
  double annEnergyPicojoules = 0;
  double imagesPerSecond = 0;
  double processorSeconds = 0; ///< per image
  unsigned threads = 0;
  unsigned threadsPerImage = 1;
  std::string order;   ///< of the work: layers or steps
  std::string orderBy; ///< who chose it: user, stop_rule, memory or costs
  snn::OrderChoice orderChoice;
  uint64_t peakMemory = 0; ///< of the process, in bytes
  RunMemory memory;        ///< what was expected of the program and its states
  /// Deliveries of a step's events per image: one by one, through tables, as a dense product.
  std::array<double, 3> ways{};
  struct Layer {
    std::string name;
    uint64_t neurons;
    double events, synapticOps, activeSteps; ///< per image
    double clipped = 0;                      ///< share of its values
    std::array<double, 3> ways;              ///< likewise
    /// Microseconds per image that they were expected to take, all by one way; absent where some could not.
    std::array<std::optional<double>, 3> expected;
    unsigned threads = 1;        ///< that computed it together
    std::optional<double> error; ///< root mean square over all images
  };
  std::vector<Layer> layers;
};

Report makeReport(const snn::Program &program, const snn::BatchResult &result,
                  const std::vector<OutputTask> &tasks);

/// The tables that `snnc run` prints.
std::string toText(const Report &report);
/// The keys that docs/guides/driver.md lists.
nlohmann::ordered_json toJSON(const Report &report);

} // namespace snnc

#endif
