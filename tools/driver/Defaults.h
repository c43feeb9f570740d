//===- Defaults: what a user leaves open, for each target -----------------------------------------------------===//
//
// The one place that says which code, schedule and numbers a network gets where the command line does not. The defaults
// show the compiler at its best; `--paper` asks for the settings of the paper (Oh & Lee, ICML 2024).
//
//===----------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TOOLS_DRIVER_DEFAULTS_H
#define SNNC_TOOLS_DRIVER_DEFAULTS_H

#include "compiler/pipeline/Pipeline.h"
#include <functional>
#include <string>

namespace snnc {

/// What a network is compiled for.
enum class Target { Program, C, Cores };

/// Whether the command line has a flag, by its name without dashes.
using IsGiven = std::function<bool(const char *flag)>;

/// Sets what is not given. `paper` is empty, "settings", or "network"; returns what is wrong with it, or "".
std::string setDefaults(Target target, const std::string &paper, const IsGiven &isGiven,
                        PipelineOptions &options);

} // namespace snnc

#endif
