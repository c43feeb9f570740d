//===- Let receivers know the mean error that each channel is left with ------------------------------------===//
#include "compiler/tune/Passes.h"
#include "compiler/tune/Settings.h"
#include "dialects/support/Constants.h"
#include <fmt/format.h>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CORRECTBIASPASS
#include "compiler/tune/Passes.h.inc"

namespace {

struct CorrectBias : impl::CorrectBiasPassBase<CorrectBias> {
  CorrectBias(tune::WriteProgram write, const CorrectBiasPassOptions &options)
      : CorrectBiasPassBase(options), write(std::move(write)) {}

  void runOnOperation() override {
    if (failed(correct(getOperation())))
      signalPassFailure();
  }

private:
  tune::WriteProgram write;

  LogicalResult correct(func::FuncOp network) {
    auto neurons = tune::getNeurons(network);
    int64_t last = steps > 0 ? int64_t(steps) : snn::countSteps(network).value_or(0);
    if (neurons.empty())
      return network.emitError() << "has no neurons that follow a function; nothing to correct";
    if (last == 0)
      return network.emitError() << "runs for no fixed number of steps; give it with steps=N";
    auto bench = tune::Bench::create(network, write, calibration, images, unsigned(threads));
    if (!bench)
      return network.emitError() << bench.error();
    auto before = bench->measure(network, last, 0, bench->size());
    auto recordings = bench->record(network, last, bench->size(), /*perImage=*/0);
    if (!before || !recordings)
      return network.emitError() << (before ? recordings.error() : before.error());

    SmallVector<Attribute> kept;
    for (auto [neuron, recording] : llvm::zip(neurons, *recordings)) {
      kept.push_back(neuron.getOffsetAttr());
      // The part of the mean error that an offset of before has not taken away already is all of it:
      // the error is measured against y alone.
      neuron.setOffsetAttr(tune::makePerChannel(neuron, recording.meanError));
    }
    auto after = bench->measure(network, last, 0, bench->size());
    if (!after)
      return network.emitError() << after.error();
    bool isBetter = after->getDistortion() < before->getDistortion();
    if (!isBetter)
      for (auto [neuron, offset] : llvm::zip(neurons, kept))
        offset ? neuron.setOffsetAttr(cast<ElementsAttr>(offset)) : (void)neuron.removeOffsetAttr();
    network.emitRemark() << fmt::format(
        "{} the mean errors of {} populations: unexplained by the outputs {:.3g} -> {:.3g}, "
        "agreement {:.4f} -> {:.4f} on {} images",
        isBetter ? "corrected" : "kept", neurons.size(), before->getDistortion(),
        after->getDistortion(), before->getAgreement(), after->getAgreement(), bench->size());
    return success();
  }
};

} // namespace

std::unique_ptr<Pass> createCorrectBiasPass(tune::WriteProgram write,
                                            const CorrectBiasPassOptions &options) {
  return std::make_unique<CorrectBias>(std::move(write), options);
}

void registerTunePasses(tune::WriteProgram write) {
  mlir::registerPass([write] { return createFitSchedulePass(write); });
  mlir::registerPass([write] { return createTuneSchedulePass(write); });
  mlir::registerPass([write] { return createTuneUpdatesPass(write); });
  mlir::registerPass([write] { return createCorrectBiasPass(write); });
  mlir::registerPass([] { return createBalanceUnitsPass(); });
}

} // namespace snnc
