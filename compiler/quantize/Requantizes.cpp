#include "compiler/quantize/Requantizes.h"

#include "dialects/support/Constants.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace snnc::quantize {

void insertRequantize(OpOperand &operand, int bits, SharedBy sharedBy) {
  Value stream = operand.get();
  if (sharedBy != SharedBy::Sum)
    for (Operation *user : stream.getUsers())
      if (auto made = dyn_cast<snn::RequantizeOp>(user);
          made && getBits(made) == bits && getSharedBy(made) == sharedBy) {
        operand.set(made.getCurrent());
        return;
      }
  OpBuilder builder(operand.getOwner());
  if (sharedBy != SharedBy::Sum)
    builder.setInsertionPointAfterValue(stream);
  SmallVector<int64_t> ones(snn::getStreamShape(stream.getType()).size(), 1);
  auto one = makeConstant(RankedTensorType::get(ones, builder.getI32Type()), ArrayRef<double>{1.0});
  auto op =
      builder.create<snn::RequantizeOp>(operand.getOwner()->getLoc(), stream, one,
                                        builder.getI64IntegerAttr(0), builder.getI64IntegerAttr(1));
  op->setAttr(snn::kSharedByAttrName, builder.getI64IntegerAttr(static_cast<int64_t>(sharedBy)));
  setBits(op, bits);
  operand.set(op.getCurrent());
}

int getBits(snn::RequantizeOp op) {
  return static_cast<int>(op->getAttrOfType<IntegerAttr>(snn::kBitsAttrName).getInt());
}

void setBits(snn::RequantizeOp op, int bits) {
  op->setAttr(snn::kBitsAttrName, Builder(op.getContext()).getI64IntegerAttr(bits));
}

SharedBy getSharedBy(snn::RequantizeOp op) {
  return static_cast<SharedBy>(op->getAttrOfType<IntegerAttr>(snn::kSharedByAttrName).getInt());
}

void forgetPlans(Operation *op) {
  for (StringRef name : snn::kPlanAttrNames)
    op->removeAttr(name);
}

bool isMove(Operation *op) { return isa_and_nonnull<snn::IndexMapOpInterface>(op); }

SharedBy getSharing(Operation *reader) {
  auto weighted = dyn_cast<snn::WeightedOpInterface>(reader);
  if (!weighted)
    return SharedBy::First;
  size_t rank = snn::getStreamShape(weighted.getStream().getType()).size();
  return weighted.getWeightLayout().inDimension + 1 == rank ? SharedBy::Last : SharedBy::First;
}

void collectSources(OpOperand &operand, SmallVectorImpl<OpOperand *> &sources) {
  Operation *definition = operand.get().getDefiningOp();
  if (!isMove(definition)) {
    sources.push_back(&operand);
    return;
  }
  for (OpOperand &next : definition->getOpOperands())
    collectSources(next, sources);
}

void collectReaders(Value stream, SmallVectorImpl<OpOperand *> &readers) {
  for (OpOperand &use : stream.getUses()) {
    if (isMove(use.getOwner()))
      collectReaders(use.getOwner()->getResult(0), readers);
    else
      readers.push_back(&use);
  }
}

bool isPassedOnWhole(Value stream) {
  if (auto spikes = dyn_cast<snn::SpikesType>(stream.getType()))
    return spikes.getCode() == snn::SpikeCode::Graded;
  return !isa<snn::RequantizeOp>(stream.getDefiningOp());
}

namespace {

/// Whether elements of one index of the first (or last) dimension are known to stay together.
bool keepsDimension(Operation *move, bool isLast) {
  ArrayRef<int64_t> in = snn::getStreamShape(move->getOperand(0).getType());
  ArrayRef<int64_t> out = snn::getStreamShape(move->getResult(0).getType());
  size_t rank = in.size();
  if (auto transpose = dyn_cast<snn::TransposeOp>(move))
    return isLast ? transpose.getPerm()[rank - 1] == static_cast<int64_t>(rank - 1)
                  : transpose.getPerm()[0] == 0;
  if (isa<snn::ReshapeOp>(move))
    return isLast ? in.back() == out.back() : in[0] == out[0];
  // They take indices of each dimension by themselves.
  return isa<snn::SliceOp, snn::PadOp, snn::GatherOp, snn::ConcatOp>(move);
}

/// Whether everything behind `stream` that reads it can do with one LSB for each index of that dimension.
bool suits(Value stream, bool isLast, bool isKept = true) {
  return llvm::all_of(stream.getUses(), [&](OpOperand &use) {
    Operation *op = use.getOwner();
    if (isMove(op))
      return suits(op->getResult(0), isLast, isKept && keepsDimension(op, isLast));
    if (isa<snn::WeightedOpInterface>(op)) // in a single dimension it has weights for each element
      return snn::getStreamShape(stream.getType()).size() == 1 ||
             (isKept && isLast == (getSharing(op) == SharedBy::Last));
    return !isa<snn::AveragePoolOp>(op) || (!isLast && isKept);
  });
}

} // namespace

bool requantizeSources(OpOperand &operand, int bits) {
  SmallVector<OpOperand *> sources;
  collectSources(operand, sources);
  bool found = false;
  for (OpOperand *source : sources) {
    if (!isPassedOnWhole(source->get()))
      continue;
    SharedBy sharedBy = suits(source->get(), false)  ? SharedBy::First
                        : suits(source->get(), true) ? SharedBy::Last
                                                     : SharedBy::All;
    insertRequantize(*source, bits, sharedBy);
    found = true;
  }
  return found;
}

} // namespace snnc::quantize
