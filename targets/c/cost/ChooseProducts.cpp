#include "targets/c/cost/ChooseProducts.h"

#include "dialects/exec/Storage.h"
#include "targets/c/Passes.h"
#include "targets/c/cost/Gathers.h"
#include "targets/c/cost/Work.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_CCHOOSEPRODUCTSPASS
#include "targets/c/Passes.h.inc"
} // namespace snnc

namespace snnc::c {

using namespace exec;

namespace {

/// Whether kernels of dot products take a delivery's inputs and weights.
bool mayBeDense(DeliverOp deliver) {
  Kernel kernel = *deliver.getKernel();
  if ((kernel != Kernel::GatherConv && kernel != Kernel::GatherGemm) ||
      !deliver.getWeights()->getElementType().isInteger(8))
    return false;
  auto encode = dyn_cast<EncodeOp>(getSender(deliver.getStream()).getOperation());
  bool isRaw = encode && !encode.getValues();
  return (isRaw || getBuffer(exec::getValues(deliver.getStream())).getBits() <= 16) &&
         getDotBits(deliver);
}

class ChooseProducts : public impl::CChooseProductsPassBase<ChooseProducts> {
public:
  using CChooseProductsPassBase::CChooseProductsPassBase;

  void runOnOperation() override {
    ProgramOp program = getOperation();
    auto processor = loadProcessor(target);
    if (!processor) {
      program.emitError() << "target " << processor.error();
      return signalPassFailure();
    }
    if (!program.getArena()) {
      program.emitOpError() << "has no places for its buffers yet (--exec-place-buffers)";
      return signalPassFailure();
    }
    Activity activity;
    program.walk([&](Operation *task) {
      if (isa<EncodeOp, FireOp>(task)) {
        activity.events.push_back(0);
        activity.nonZero.push_back(nonZero);
      }
    });
    chooseProducts(program, activity, *processor);
  }
};

} // namespace

void chooseProducts(ProgramOp program, const Activity &activity, const Processor &processor) {
  if (program.getOrder() != Order::Values)
    return;
  const EmitOptions options;
  const Network network(program, options);
  const Traffic traffic(network, activity);
  auto predictOf = [&](DeliverOp deliver) {
    Counts counts{};
    countGather(deliver, traffic, counts);
    return predict(counts, processor);
  };
  program.walk([&](DeliverOp deliver) {
    if (!mayBeDense(deliver))
      return;
    const double rows = predictOf(deliver);
    deliver.setDense(true);
    if (predictOf(deliver) >= rows)
      deliver.setDense(false);
  });
}

} // namespace snnc::c
