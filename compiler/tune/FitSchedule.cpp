//===- Choose the steps of one schedule for the whole network on calibration images ------------------------===//
#include "compiler/support/Parallel.h"
#include "compiler/tune/Fit.h"
#include "compiler/tune/Passes.h"
#include <cmath>
#include <fmt/format.h>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_FITSCHEDULEPASS
#include "compiler/tune/Passes.h.inc"

namespace {

struct FitSchedule : impl::FitSchedulePassBase<FitSchedule> {
  FitSchedule(tune::WriteProgram write, tune::Tell tell, const FitSchedulePassOptions &options)
      : FitSchedulePassBase(options), write(std::move(write)), tell(std::move(tell)) {}

  void runOnOperation() override {
    if (failed(choose(getOperation())))
      signalPassFailure();
  }

private:
  tune::WriteProgram write;
  tune::Tell tell;

  LogicalResult choose(func::FuncOp network) {
    if (!(error > 0))
      return network.emitError() << fmt::format("error {} is not above 0", double(error));
    if (network.getOps<snn::NeuronOpInterface>().empty()) {
      network.emitRemark() << "has no neurons whose steps could be chosen";
      return success();
    }
    auto macs = tune::getAnnMacs(network, write);
    if (!macs)
      return network.emitError() << macs.error();
    auto bench = tune::Bench::create(network, write, calibration, tune::countFitImages(*macs),
                                     getThreads(unsigned(threads)));
    if (!bench)
      return network.emitError() << bench.error();
    auto fit = tune::fit(network, *bench, error, {maxSteps, skew, staged});
    if (!fit)
      return network.emitError() << fit.error();
    std::string text = fmt::format("{}: chosen on {} calibration images, output error {:.2g} %",
                                   tune::toFlags(network, fit->uniform), bench->size(),
                                   100 * std::sqrt(fit->error));
    if (fit->error > error)
      text += fmt::format(" ({:.2g} % was aimed at)", 100 * std::sqrt(error));
    network.emitRemark() << text;
    if (tell)
      tell(text);
    return success();
  }
};

} // namespace

std::unique_ptr<Pass> createFitSchedulePass(tune::WriteProgram write, tune::Tell tell,
                                            const FitSchedulePassOptions &options) {
  return std::make_unique<FitSchedule>(std::move(write), std::move(tell), options);
}

} // namespace snnc
