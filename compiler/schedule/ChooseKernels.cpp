//===- What takes the events of each delivery to sums ---------------------------------------------------===//
#include "compiler/schedule/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_EXECCHOOSEKERNELSPASS
#include "compiler/schedule/Passes.h.inc"
} // namespace snnc

namespace snnc::exec {

namespace {

bool areAll(ArrayRef<int64_t> numbers, int64_t value) {
  return llvm::all_of(numbers, [&](int64_t number) { return number == value; });
}

/// A window of a single place that moves by one, over all channels, whose neighbours in memory are channels.
bool isProduct(ConvAttr conv, ArrayRef<int64_t> weights) {
  return conv.getGroup() == 1 && weights.size() == 4 && areAll(weights.drop_front(2), 1) &&
         areAll(conv.getStrides(), 1) && areAll(conv.getPads(), 0);
}

Kernel choose(DeliverOp deliver) {
  if (!deliver.getSynapse())
    return deliver.getIndexMap().isInjective() ? Kernel::Map : Kernel::Copy;
  return llvm::TypeSwitch<Attribute, Kernel>(*deliver.getSynapse())
      .Case([&](ConvAttr conv) {
        return isProduct(conv, deliver.getWeights()->getShapedType().getShape()) ? Kernel::Gemm
                                                                                 : Kernel::Conv;
      })
      .Case([](PoolAttr) { return Kernel::Pool; })
      .Default([](Attribute) { return Kernel::Gemm; });
}

/// What keeps a delivery from having a kernel.
LogicalResult check(DeliverOp deliver) {
  if (!deliver.getSynapse())
    return success();
  if (!deliver.getIndexMap().isInjective())
    return deliver.emitOpError() << "has no kernel: its map copies elements before a synapse";
  if (deliver.getWeights() && deliver.getWeights()->getElementType().getIntOrFloatBitWidth() > 8)
    return deliver.emitOpError() << "has no kernel: its weights have more than 8 bits";
  return success();
}

struct ExecChooseKernels : impl::ExecChooseKernelsPassBase<ExecChooseKernels> {
  void runOnOperation() override {
    WalkResult result = getOperation().walk([&](DeliverOp deliver) {
      if (failed(check(deliver)))
        return WalkResult::interrupt();
      deliver.setKernelAttr(KernelAttr::get(&getContext(), choose(deliver)));
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }
};

} // namespace
} // namespace snnc::exec
