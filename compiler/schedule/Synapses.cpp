#include "compiler/schedule/Synapses.h"

#include "dialects/support/Constants.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace snnc::exec {

namespace {

/// The part of a concatenation that stream `index` is.
Attribute getPart(snn::ConcatOp op, size_t index) {
  auto axis = static_cast<size_t>(op.getAxis());
  int64_t offset = 0;
  for (Value before : op.getStreams().take_front(index))
    offset += snn::getStreamShape(before.getType())[axis];
  return InsertAttr::get(op.getContext(), op.getAxis(), offset,
                         op.getCurrent().getType().getShape()[axis]);
}

} // namespace

Connection getConnection(Operation *op, size_t index) {
  MLIRContext *context = op->getContext();
  auto move = [](Attribute step) { return Connection{{}, {}, {step}, {}}; };
  return llvm::TypeSwitch<Operation *, Connection>(op)
      .Case([&](snn::ConvOp op) {
        auto conv = ConvAttr::get(context, op.getStridesAttr(), op.getPadsAttr(),
                                  op.getDilationsAttr(), op.getGroup(), op.getShift());
        return Connection{conv, getConstantAttr(op.getWeight()), {}, {}};
      })
      .Case([&](snn::GemmOp op) {
        return Connection{
            GemmAttr::get(context, op.getShift()), getConstantAttr(op.getWeight()), {}, {}};
      })
      .Case([&](snn::AveragePoolOp op) {
        auto pool = PoolAttr::get(context, op.getKernelShapeAttr(), op.getStridesAttr(),
                                  op.getPadsAttr(), op.getCountIncludePad());
        return Connection{pool, {}, {}, {}};
      })
      .Case(
          [&](snn::ScaleOp op) { return Connection{{}, {}, {}, getConstantAttr(op.getFactor())}; })
      .Case([&](snn::ReshapeOp op) { return move(ReshapeAttr::get(context, op.getShapeAttr())); })
      .Case(
          [&](snn::TransposeOp op) { return move(TransposeAttr::get(context, op.getPermAttr())); })
      .Case([&](snn::PadOp op) { return move(PadAttr::get(context, op.getPadsAttr())); })
      .Case([&](snn::SliceOp op) {
        return move(
            SliceAttr::get(context, op.getStartsAttr(), op.getSizesAttr(), op.getStepsAttr()));
      })
      .Case([&](snn::GatherOp op) {
        return move(GatherAttr::get(context, op.getAxis(), op.getIndicesAttr()));
      })
      .Case([&](snn::ConcatOp op) { return move(getPart(op, index)); })
      .Default([](Operation *) { return Connection(); }); // sums
}

} // namespace snnc::exec
