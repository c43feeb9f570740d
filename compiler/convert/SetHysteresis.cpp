//===- Give neurons a dead zone for updates ------------------------------------------------------------------===//
#include "compiler/convert/Hysteresis.h"
#include "compiler/convert/Passes.h"
#include "dialects/snn/SNN.h"
#include "dialects/support/Numbers.h"
#include <cmath>

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_SETHYSTERESISPASS
#include "compiler/convert/Passes.h.inc"

bool mayHaveHysteresis(snn::NeuronOp neuron) {
  return neuron.getCode().getKind() == snn::SpikeCode::Ternary &&
         neuron.getSchedule().getSteps() != snn::ScheduleAttr::kUnlimited &&
         neuron.getFunction() != snn::Function::Norm &&
         neuron.getFunction() != snn::Function::NormUnclamped;
}

namespace {

struct SetHysteresis : impl::SetHysteresisPassBase<SetHysteresis> {
  using SetHysteresisPassBase::SetHysteresisPassBase;

  void runOnOperation() override {
    func::FuncOp network = getOperation();
    if (!(hysteresis >= 0 && std::isfinite(hysteresis))) {
      network.emitError() << "hysteresis must be a number of last steps, at least 0, found "
                          << showNumber(double(hysteresis));
      return signalPassFailure();
    }
    int64_t neurons = 0, given = 0;
    auto attr = hysteresis > 0 ? Builder(&getContext()).getF64FloatAttr(hysteresis) : FloatAttr();
    network.walk([&](snn::NeuronOp neuron) {
      ++neurons;
      if (!mayHaveHysteresis(neuron))
        return;
      ++given;
      neuron.setHysteresisAttr(attr);
    });
    if (given > 0 || neurons == 0 || hysteresis == 0)
      return;
    network.emitError()
        << "hysteresis is for neurons of the ternary code whose schedules end; there "
           "are none (--code ternary)";
    signalPassFailure();
  }
};

} // namespace
} // namespace snnc
