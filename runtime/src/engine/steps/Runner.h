//===- Runner: what an engine does, whatever its numbers are ------------------------------------------===//
#ifndef SNN_SRC_ENGINE_STEPS_RUNNER_H
#define SNN_SRC_ENGINE_STEPS_RUNNER_H

#include "runtime/src/plan/Plan.h"
#include "snn/Engine.h"
#include <optional>

namespace snn::detail {

/// What an engine tells of the sample that runs.
struct Progress {
  Engine::Watch watch; ///< sees every event, where there is one
  uint32_t time = 0;
  uint32_t eventsEnd = 0;     ///< time steps until no event has been sent any more
  std::vector<double> output; ///< what the decoders hold
  std::vector<LayerStatistics> statistics;
  std::vector<unsigned> layerThreads; ///< by layer: how many threads computed it when it last ran
};

class Runner {
public:
  virtual ~Runner() = default;
  virtual void start(const double *values) = 0;
  /// One step; the output may wait for `bringOutput`.
  virtual void step() = 0;
  /// Layer by layer. `visit` may find an output that waits, too.
  virtual void runLayers(uint32_t steps, const Engine::Visit &visit) = 0;
  /// Brings the output up to date, before somebody looks at it.
  virtual void bringOutput() {}
  /// A new input to the running sample; what keeps it from being one, and then nothing has happened.
  virtual std::optional<Error> update(const double *values) = 0;
  virtual void evaluate(const double *values, double *output) = 0;
  virtual std::vector<double> compareLayers() = 0;
  virtual std::vector<uint64_t> countUnreachable(uint32_t steps) = 0;
  virtual bool look(size_t layer, double *targets, double *outputs) = 0;

  Progress progress;
};

/// snn::chooseOrder of a plan.
OrderChoice chooseOrder(const Plan &plan, uint32_t steps);

/// For real networks.
std::unique_ptr<Runner> makeRealRunner(const Plan &plan, const TypedPlan<float> &typed,
                                       const EngineOptions &options);
std::unique_ptr<Runner> makeRealRunner(const Plan &plan, const TypedPlan<double> &typed,
                                       const EngineOptions &options);

/// For integer networks (docs/spec/fixed-point.md).
std::unique_ptr<Runner> makeFixedRunner(const Plan &plan, const FixedPlan &fixed,
                                        const EngineOptions &options);

} // namespace snn::detail

#endif
