//===- Leave functions that end a network to the host ----------------------------------------------------===//
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
    if (head != "host" && head != "spikes") {
      getOperation().emitError() << "head '" << head << "' is not one of host, spikes";
      return signalPassFailure();
    }
    getOperation().walk([](Operation *op) { op->removeAttr(ann::ANNDialect::kHostAttrName); });
    if (head == "host" && !getOperation().isDeclaration())
      place(getOperation().front());
  }

private:
  void place(Block &block) {
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
