//===- Count outputs in units that fit how much their errors matter -----------------------------------------===//
#include "compiler/convert/Passes.h"
#include "compiler/options/Options.h"
#include "compiler/tune/Passes.h"
#include "compiler/tune/Sensitivity.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_BALANCEUNITSPASS
#include "compiler/tune/Passes.h.inc"

namespace {

struct BalanceUnits : impl::BalanceUnitsPassBase<BalanceUnits> {
  using BalanceUnitsPassBase::BalanceUnitsPassBase;

  void runOnOperation() override {
    func::FuncOp network = getOperation();
    auto wanted = options::parse<options::Units>(units, [&] { return network.emitError(); });
    if (failed(wanted))
      return signalPassFailure();
    if (*wanted == options::Units::Range)
      return;
    if (!(exponent >= 0 && max >= 1)) {
      network.emitError()
          << "units grow with an exponent of at least 0, at most to a factor of at least 1";
      return signalPassFailure();
    }
    tune::balanceUnits(network, {exponent, max});
    OpPassManager fold(func::FuncOp::getOperationName());
    fold.addPass(createFoldScalesPass());
    fold.addPass(createCanonicalizerPass());
    fold.addPass(createCSEPass());
    if (failed(runPipeline(fold, network)))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
