//===- Scores: how well each output of a program does, step by step -------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_SCORES_H
#define SNNC_TOOLS_DRIVER_SCORES_H

#include "compiler/evaluate/Task.h"
#include "snn/Batch.h"
#include <nlohmann/json.hpp>

namespace snnc {

struct OutputScores {
  std::string name;
  Metric metric;
  std::vector<Judgement> steps; ///< per reported step, beside the ANN
  Judgement ann;                ///< of the ANN itself
};

std::vector<OutputScores> makeScores(const ::snn::Program &program,
                                     const ::snn::BatchResult &result,
                                     const std::vector<OutputTask> &tasks);

/// A table for each output; those of several say which one. The first line ends the one that the report begins.
std::string toText(const std::vector<OutputScores> &scores, const std::vector<uint32_t> &steps);

/// Adds the keys of the first output to `json`, and with several outputs a list of all (docs/guides/driver.md).
void addJSON(nlohmann::ordered_json &json, const std::vector<OutputScores> &scores);

/// What was measured: of the first output, and with several outputs a list of all.
nlohmann::ordered_json toJSON(const std::vector<::snn::Reference> &references);

} // namespace snnc

#endif
