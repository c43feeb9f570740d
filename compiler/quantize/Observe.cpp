//===- What populations see on images, as attributes ---------------------------------------------------------===//
#include "compiler/data/InputParts.h"
#include "compiler/quantize/Observed.h"
#include "compiler/quantize/Passes.h"
#include "compiler/quantize/PrepareIntegers.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_OBSERVEPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

struct Observe : impl::ObservePassBase<Observe> {
  using ObservePassBase::ObservePassBase;

  void runOnOperation() override {
    if (failed(observe(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult observe(func::FuncOp network) {
    if (calibration.empty())
      return network.emitError() << "needs images to observe: data=FILE";
    if (failed(quantize::checkIntegerForm(network)))
      return failure();
    auto dataset = data::Dataset::load(calibration, {}, getInputParts(network));
    if (!dataset)
      return network.emitError() << dataset.error();
    FailureOr<quantize::Ranges> ranges =
        quantize::observeOperands(network, *dataset, limit, headroom);
    if (failed(ranges))
      return failure();
    quantize::recordRanges(network, *ranges);
    return success();
  }
};

} // namespace
} // namespace snnc
