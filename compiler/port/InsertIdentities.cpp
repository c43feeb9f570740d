//===- Let neurons stand between linear operators -----------------------------------------------------------===//
#include "compiler/options/Options.h"
#include "compiler/port/Passes.h"
#include "dialects/ann/ANN.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc {
#define GEN_PASS_DEF_INSERTIDENTITIESPASS
#include "compiler/port/Passes.h.inc"

namespace {

/// The weights that an element of the first operand of `op` has, about; 0 where it has none.
int64_t getFanOut(Operation *op) {
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case([](ann::ConvOp conv) {
        ArrayRef<int64_t> weight = getTensorShape(conv.getWeight());
        int64_t windows = weight[0] / conv.getGroup();
        for (auto [taps, stride] : llvm::zip(weight.drop_front(2), conv.getStrides()))
          windows = windows * taps / stride;
        return windows;
      })
      .Case([](ann::GemmOp gemm) {
        return getTensorShape(gemm.getWeight())[gemm.getTransposeB() ? 0 : 1];
      })
      .Case([](ann::MatMulOp matmul) {
        bool isMatrix = getConstantAttr(matmul.getRhs()) && !getConstantAttr(matmul.getLhs());
        return isMatrix ? getTensorShape(matmul.getRhs()).back() : 0;
      })
      .Default(int64_t{0});
}

/// Whether `op` gives its operand's elements at other places, and nothing else but constants.
bool isMove(Operation *op) {
  return op->hasTrait<Move>() || isa<ann::SliceOp, ann::GatherOp, ann::PadOp, ann::ConcatOp>(op);
}

/// Whether every element is an activation or one of the input, which send changes themselves.
bool isSent(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<ann::ConstantOp>(op))
    return true;
  if (isMove(op))
    return llvm::all_of(op->getOperands(), isSent);
  bool isScaled = isa<ann::MulOp, ann::DivOp>(op) && llvm::any_of(op->getOperands(), [](Value v) {
                    return static_cast<bool>(getConstantAttr(v));
                  });
  return op->hasTrait<ann::Nonlinear>() && !isScaled;
}

struct InsertIdentities : impl::InsertIdentitiesPassBase<InsertIdentities> {
  using InsertIdentitiesPassBase::InsertIdentitiesPassBase;

  void runOnOperation() override {
    auto wanted = options::parse<options::Bottlenecks>(bottlenecks,
                                                       [&] { return getOperation().emitError(); });
    if (failed(wanted))
      return signalPassFailure();
    if (*wanted == options::Bottlenecks::Linear)
      return;
    SmallVector<OpOperand *> operands;
    getOperation().walk([&](Operation *op) {
      if (getFanOut(op) >= std::max<int64_t>(fanOut, 1) && !isSent(op->getOperand(0)))
        operands.push_back(&op->getOpOperand(0));
    });
    llvm::DenseMap<Value, Value> identities;
    for (OpOperand *operand : operands) {
      Value &identity = identities[operand->get()];
      if (!identity)
        identity = insert(operand->get());
      operand->set(identity);
    }
  }

private:
  static Value insert(Value value) {
    OpBuilder builder(value.getContext());
    builder.setInsertionPointAfterValue(value);
    return builder.create<ann::LeakyReluOp>(value.getLoc(), value.getType(), value,
                                            builder.getF64FloatAttr(1));
  }
};

} // namespace
} // namespace snnc
