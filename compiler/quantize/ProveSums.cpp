//===- The proof that no sum of an integer network leaves 32 bits ---------------------------------------------===//
#include "compiler/quantize/BoundAccumulators.h"
#include "compiler/quantize/Passes.h"
#include "dialects/snn/SNN.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_PROVESUMSPASS
#include "compiler/quantize/Passes.h.inc"

namespace {

struct ProveSums : impl::ProveSumsPassBase<ProveSums> {
  using ProveSumsPassBase::ProveSumsPassBase;

  void runOnOperation() override {
    markAllAnalysesPreserved();
    for (Operation &op : getOperation().front())
      if (llvm::any_of(op.getResultTypes(), [](Type type) {
            return isa<snn::SpikesType, snn::CurrentType>(type) && !snn::isFixed(type);
          })) {
        op.emitOpError() << "gives a stream of real numbers: there is no sum of integers to prove";
        return signalPassFailure();
      }
    if (failed(quantize::proveSums(getOperation())))
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc
