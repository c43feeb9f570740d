//===- Synapses that others make up become these ----------------------------------------------------------===//
#include "compiler/convert/Passes.h"
#include "dialects/snn/SNN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_DECOMPOSESYNAPSESPASS
#include "compiler/convert/Passes.h.inc"

namespace {

struct DecomposeSynapses : impl::DecomposeSynapsesPassBase<DecomposeSynapses> {
  void runOnOperation() override {
    SmallVector<snn::DecomposableOpInterface> synapses;
    getOperation().walk([&](snn::DecomposableOpInterface op) { synapses.push_back(op); });
    for (snn::DecomposableOpInterface op : synapses) {
      OpBuilder builder(op);
      Value current = op.decompose(builder);
      if (current.getType() != op->getResult(0).getType()) {
        op->emitOpError() << "decomposes into " << current.getType();
        return signalPassFailure();
      }
      op->getResult(0).replaceAllUsesWith(current);
      op->erase();
    }
  }
};

} // namespace
} // namespace snnc
