//===- Processor: what generated C takes on a processor ------------------------------------------------===//
//
// A processor is a TOML file (docs/format/processor.md): how many instructions each of the things takes that a layer
// does, and the bytes of the code around the tables. Processors are data: nothing in the compiler asks for a name. scripts/measure-costs
// measures a file's numbers.
//
//===------------------------------------------------------------------------------------------------===//
#ifndef SNNC_TARGETS_C_PROCESSOR_PROCESSOR_H
#define SNNC_TARGETS_C_PROCESSOR_PROCESSOR_H

#include "snn/Result.h"
#include <array>
#include <string>
#include <vector>

namespace snnc::c {

/// What takes instructions, by the names of Costs.def.
enum class Cost {
#define SNNC_COST(name, what) name,
#include "targets/c/processor/Costs.def"
  Count
};
inline constexpr size_t kCosts = static_cast<size_t>(Cost::Count);
/// How many of each are done.
using Counts = std::array<double, kCosts>;
/// Of each cost its name, and what one of it is.
struct CostInfo {
  const char *name, *what;
};
extern const std::array<CostInfo, kCosts> kCostInfos;

struct Processor {
  std::string name, title, compiler;
  std::array<double, kCosts> instructions{}; ///< that one of each takes
  /// Bytes of code: of the kernels of an order (steps, layers, values), and of each layer.
  std::array<double, 3> kernelCode{};
  double layerCode = 0;
  /// With kernels that are compiled for each layer: instructions as a share of those above, by order; bytes as above.
  std::array<double, 3> inlineShare{}, inlineKernelCode{};
  double inlineLayerCode = 0;
};

/// The processor in the TOML text `text`; `file` names it in errors: one line with file, line and key.
::snn::Result<Processor> parseProcessor(const std::string &text, const std::string &file);

/// The bundled processor of that name, or that in the file of that path (recognized by its ending .toml).
::snn::Result<Processor> loadProcessor(const std::string &nameOrPath);

/// Names of the bundled processors, in alphabetical order.
std::vector<std::string> bundledProcessors();

} // namespace snnc::c

#endif
