//===- Give every synapse an integer form ------------------------------------------------------------------===//
#include "compiler/quantize/StreamScales.h"

#include "compiler/reference/Indexing.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace snnc::quantize {

namespace {

Type getRealType(func::FuncOp network) {
  return cast<RankedTensorType>(network.getArgument(0).getType()).getElementType();
}

Value createConstant(OpBuilder &builder, Location loc, Type element, ArrayRef<int64_t> shape,
                     ArrayRef<double> numbers) {
  return builder.create<arith::ConstantOp>(
      loc, makeConstant(RankedTensorType::get(shape, element), numbers));
}

/// A border becomes a bias there: it has another integer in every channel.
void moveBorder(snn::PadOp pad) {
  double border = pad.getValue().convertToDouble();
  if (border == 0)
    return;
  ArrayRef<int64_t> in = snn::getStreamShape(pad.getStream().getType());
  ArrayRef<int64_t> out = pad.getCurrent().getType().getShape();
  Numbers value;
  reference::forEach(out, [&](reference::Shape at) {
    SmallVector<int64_t> from(at);
    for (size_t d = 0; d < at.size(); ++d)
      from[d] -= pad.getPads()[d];
    value.push_back(reference::flatten(from, in) >= 0 ? 0.0 : border);
  });
  OpBuilder builder(pad->getContext());
  builder.setInsertionPointAfter(pad);
  Value constant = createConstant(builder, pad.getLoc(),
                                  getRealType(pad->getParentOfType<func::FuncOp>()), out, value);
  auto bias = builder.create<snn::BiasOp>(pad.getLoc(), pad.getCurrent(), constant);
  pad.setValueAttr(builder.getF64FloatAttr(0));
  pad.getCurrent().replaceAllUsesExcept(bias.getCurrent(), bias);
}

/// Whether `operand` of an addition or bias shares the LSBs of its result.
bool joins(OpOperand &operand) {
  return isa<snn::CurrentType>(operand.get().getType()) && operand.get().hasOneUse();
}

bool isSum(Operation *op) { return isa<snn::AddOp, snn::BiasOp>(op); }

/// Puts a scale by 1 before `operand`, so that its LSB can be chosen.
void insertScale(OpOperand &operand) {
  Operation *op = operand.getOwner();
  OpBuilder builder(op);
  SmallVector<int64_t> shape(snn::getStreamShape(operand.get().getType()).size(), 1);
  Value one = createConstant(builder, op->getLoc(),
                             getRealType(op->getParentOfType<func::FuncOp>()), shape, {1.0});
  operand.set(builder.create<snn::ScaleOp>(op->getLoc(), operand.get(), one));
}

/// The operands of a tree of additions that do not come from an addition.
void collectLeaves(Operation *op, SmallVectorImpl<OpOperand *> &leaves) {
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isa<snn::SpikesType, snn::CurrentType>(operand.get().getType()))
      continue;
    Operation *definition = operand.get().getDefiningOp();
    if (joins(operand) && definition && isSum(definition))
      collectLeaves(definition, leaves);
    else
      leaves.push_back(&operand);
  }
}

} // namespace

bool isWeighted(Operation *op) { return isa<snn::ConvOp, snn::GemmOp, snn::ScaleOp>(op); }

void prepareIntegers(func::FuncOp network) {
  for (snn::PadOp pad : llvm::to_vector(network.getOps<snn::PadOp>()))
    moveBorder(pad);
  for (Operation *op : llvm::to_vector(llvm::make_pointer_range(network.front()))) {
    bool isRoot = isSum(op) && llvm::none_of(op->getUses(), [](OpOperand &use) {
                    return isSum(use.getOwner()) && joins(use);
                  });
    if (!isRoot)
      continue;
    SmallVector<OpOperand *> leaves;
    collectLeaves(op, leaves);
    for (OpOperand *leaf : leaves) {
      Operation *definition = leaf->get().getDefiningOp();
      if (leaves.size() > 1 && !(joins(*leaf) && definition && isWeighted(definition)))
        insertScale(*leaf);
    }
  }
}

void CurrentSets::unite(Value one, Value other) {
  one = getLeader(one);
  other = getLeader(other);
  if (one == other)
    return;
  Set &to = sets[one];
  for (Value member : sets.lookup(other)) {
    to.push_back(member);
    leaders[member] = one;
  }
  sets.erase(other);
}

CurrentSets getSums(func::FuncOp network) {
  CurrentSets sets;
  for (Operation &op : network.front()) {
    if (op.getNumResults() != 1 || !isa<snn::CurrentType>(op.getResult(0).getType()))
      continue;
    sets.insert(op.getResult(0));
    if (!isSum(&op))
      continue;
    for (OpOperand &operand : op.getOpOperands())
      if (joins(operand))
        sets.unite(op.getResult(0), operand.get());
  }
  return sets;
}

} // namespace snnc::quantize
