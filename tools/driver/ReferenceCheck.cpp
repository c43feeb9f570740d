#include "tools/driver/ReferenceCheck.h"

#include "compiler/tune/Settings.h"
#include "dialects/snn/SNN.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace snnc {

/// The last step of the populations that run for `steps`, with the dead zone where that is wider: root mean square,
/// in units of their ranges.
static double getLastStep(func::FuncOp network, uint32_t steps) {
  double squares = 0, count = 0;
  network.walk([&](snn::NeuronOpInterface neuron) {
    snn::ScheduleAttr schedule = neuron.getSchedule();
    int64_t last = steps - 1;
    if (schedule.getSteps() != snn::ScheduleAttr::kUnlimited)
      last = std::min(last, schedule.getStart() + schedule.getSteps() - 1);
    squares += std::pow(schedule.getStepSize(last), 2);
    ++count;
  });
  return count > 0 ? std::sqrt(squares / count) : 0;
}

void ReferenceCheck::keep(ModuleOp module, Phase phase, const PipelineOptions &pipeline) {
  if (phase != Phase::Import && phase != Phase::Calibrate)
    return;
  if (phase == Phase::Import)
    obstacle = pipeline.calibration.empty() ? "that takes images (--calibrate FILE.npz)" : "";
  if (!obstacle.empty())
    return;
  // What cannot be evaluated is not measured; whether it can be compiled, the passes say.
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    obstacle = diagnostic.str();
    return success();
  });
  FailureOr<RealNetwork> network = RealNetwork::create(module);
  if (succeeded(network))
    (phase == Phase::Import ? imported : ported) = std::move(*network);
  else if (obstacle.empty())
    obstacle = "it cannot be evaluated";
}

data::Result<Measured> ReferenceCheck::run(func::FuncOp network,
                                           const std::vector<uint8_t> &program,
                                           const PipelineOptions &pipeline,
                                           const MetricRequests &metrics) const {
  auto *first = reinterpret_cast<const std::byte *>(program.data());
  auto loaded = ::snn::Program::fromBytes({first, first + program.size()}, "the network");
  if (!loaded)
    return data::Error{loaded.error()};
  MeasureOptions options;
  options.data = pipeline.calibration;
  options.metrics = metrics;
  options.lastStep = getLastStep(network, loaded->steps());
  for (int64_t depth : tune::getDepths(network))
    options.depth = std::max(options.depth, depth + 1);
  if (loaded->precision() == ::snn::Precision::Fixed) {
    options.weightBits = pipeline.weightBits;
    options.stateBits = pipeline.stateBits;
  }
  return measure(*imported, *ported, *loaded, options);
}

} // namespace snnc
