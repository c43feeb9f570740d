//===- ReferenceCheck: what compiling keeps of a network to measure the program with ---------------------------===//
#ifndef SNNC_TOOLS_DRIVER_REFERENCECHECK_H
#define SNNC_TOOLS_DRIVER_REFERENCECHECK_H

#include "compiler/evaluate/Measure.h"
#include "compiler/pipeline/Pipeline.h"

namespace snnc {

class ReferenceCheck {
public:
  /// Sees `module` after each phase, and keeps what will be needed; only with calibration data.
  void keep(mlir::ModuleOp module, Phase phase, const PipelineOptions &pipeline);

  /// Why there is nothing to measure with; empty when there is.
  const std::string &getObstacle() const { return obstacle; }

  /// Measures `program`, which was written of `network`.
  data::Result<Measured> run(mlir::func::FuncOp network, const std::vector<uint8_t> &program,
                             const PipelineOptions &pipeline, const MetricRequests &metrics) const;

private:
  std::optional<RealNetwork> imported, ported;
  std::string obstacle = "it is a spiking network already";
};

} // namespace snnc

#endif
