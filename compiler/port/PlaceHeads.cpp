//===- Leave functions that end a network to the host ----------------------------------------------------===//
#include "compiler/options/Options.h"
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_PLACEHEADSPASS
#include "compiler/port/Passes.h.inc"

namespace {

struct PlaceHeads : impl::PlaceHeadsPassBase<PlaceHeads> {
  using PlaceHeadsPassBase::PlaceHeadsPassBase;

  void runOnOperation() override {
    auto place = options::parse<options::Head>(head, [&] { return getOperation().emitError(); });
    if (failed(place))
      return signalPassFailure();
    getOperation().walk([](Operation *op) { op->removeAttr(ann::ANNDialect::kHostAttrName); });
    if (*place == options::Head::Host && !getOperation().isDeclaration())
      placeOnHost(getOperation().front());
  }

private:
  void placeOnHost(Block &block) {
    llvm::SmallPtrSet<Operation *, 8> ending; // what only outputs read, through others of the kind
    for (Operation &op : llvm::reverse(block))
      if (op.hasTrait<Head>() && !op.use_empty() &&
          llvm::all_of(op.getUsers(), [&](Operation *user) {
            return isa<func::ReturnOp>(user) || ending.contains(user);
          }))
        ending.insert(&op);
    // A move before the first function is a synapse, and costs nothing as one.
    for (Operation &op : block) {
      if (!ending.contains(&op))
        continue;
      Operation *before = op.getOperand(0).getDefiningOp();
      if (!op.hasTrait<Move>() || (before && before->hasAttr(ann::ANNDialect::kHostAttrName)))
        op.setAttr(ann::ANNDialect::kHostAttrName, UnitAttr::get(op.getContext()));
    }
  }
};

} // namespace
} // namespace snnc
