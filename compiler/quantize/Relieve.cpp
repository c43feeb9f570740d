#include "compiler/quantize/Relieve.h"

#include "compiler/quantize/Requantizes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace snnc::quantize {

namespace {

/// Whether all that `op` reads comes from neurons or the input: it has few bits already.
bool readsSpikes(Operation *op) {
  SmallVector<OpOperand *> sources;
  collectSources(op->getOpOperand(0), sources);
  return llvm::all_of(sources,
                      [](OpOperand *use) { return isa<snn::SpikesType>(use->get().getType()); });
}

/// A scale by 1 whose factor cannot be said becomes a requantize.
void replaceScale(snn::ScaleOp scale) {
  OpOperand &use = *scale.getCurrent().use_begin();
  use.set(scale.getStream());
  scale.erase();
  if (isa<snn::AddOp, snn::BiasOp>(use.getOwner()))
    insertRequantize(use, kSumBits, SharedBy::Sum);
  else
    insertRequantize(use, kFactorBits, getSharing(use.getOwner()));
}

/// One LSB for all elements that must have one.
void align(Operation *op) {
  OpOperand &operand = op->getOpOperand(0);
  if (readsSpikes(op))
    return insertScale(operand, /*hasCommonUnit=*/true);
  insertRequantize(operand, kFactorBits, getSharing(op));
}

/// What adds to the sum that `op` is in, or what `op` itself reads.
SmallVector<Operation *> getParts(func::FuncOp network, Operation *op) {
  CurrentSets sets = getSums(network);
  SmallVector<Operation *> parts;
  for (Value member : sets.getMembers(sets.getLeader(op->getResult(0))))
    parts.push_back(member.getDefiningOp());
  return parts;
}

bool insertRequantizes(ArrayRef<Operation *> parts) {
  bool found = false;
  for (Operation *op : parts) {
    auto scale = dyn_cast<snn::ScaleOp>(op);
    if (readsSpikes(op))
      continue;
    if (scale && isInserted(scale) && isPassedOnWhole(scale.getStream())) {
      replaceScale(scale);
      found = true;
    } else if (isa<snn::WeightedOpInterface, snn::ScaleOp, snn::AveragePoolOp>(op)) {
      found |= requantizeSources(op->getOpOperand(0), kFactorBits);
    }
  }
  return found;
}

/// Takes bits off the requantizes that `parts` read, as many as are missing or as far as they have some.
bool takeBits(ArrayRef<Operation *> parts, unsigned missing, const IRMapping &attempt) {
  bool found = false;
  for (Operation *op : parts)
    for (OpOperand &operand : op->getOpOperands()) {
      SmallVector<OpOperand *> sources;
      if (isa<snn::SpikesType, snn::CurrentType>(operand.get().getType()) &&
          !isa<snn::AddOp, snn::BiasOp>(op))
        collectSources(operand, sources);
      for (OpOperand *source : sources) {
        auto rounding = source->get().getDefiningOp<snn::RequantizeOp>();
        if (!rounding || getSharedBy(rounding) == SharedBy::Sum)
          continue;
        auto made = cast<snn::RequantizeOp>(attempt.lookup(rounding.getOperation()));
        int used = static_cast<int>(llvm::Log2_64_Ceil(static_cast<uint64_t>(made.getLimit()) + 1));
        int bits =
            std::max(std::min(getBits(rounding), used) - static_cast<int>(missing), kFewestBits);
        found |= bits < std::min(getBits(rounding), used);
        setBits(rounding, std::min(bits, getBits(rounding)));
      }
    }
  return found;
}

} // namespace

void meetDemands(func::FuncOp network, ArrayRef<Demand> demands) {
  SmallVector<Operation *> operations;
  for (Operation &op : network.front())
    operations.push_back(&op);
  for (const Demand &demand : demands) {
    Operation *op = operations[demand.number];
    if (demand.kind == Demand::Replace)
      replaceScale(cast<snn::ScaleOp>(op));
    else if (demand.kind == Demand::Align)
      align(op);
    else if (llvm::none_of(demands, [&](const Demand &other) {
               return other.kind == Demand::Align && other.number == demand.number;
             }))
      requantizeSources(op->getOpOperand(0), kFactorBits);
  }
}

bool relieve(func::FuncOp network, const Overflow &overflow, const IRMapping &attempt,
             unsigned weightBits, Concessions &given) {
  Operation *op = &*std::next(network.front().begin(), static_cast<ptrdiff_t>(overflow.number));
  if (overflow.free > 0) {
    makeCoarser(op, std::min(overflow.missing, overflow.free), 0);
    return true;
  }
  SmallVector<Operation *> parts = getParts(network, op);
  if (insertRequantizes(parts)) {
    ++given.roundings;
    return true;
  }
  if (takeBits(parts, overflow.missing, attempt))
    return true;
  if (llvm::none_of(
          parts, [](Operation *part) { return isWeighted(part) && !isa<snn::RequantizeOp>(part); }))
    return false;
  makeCoarser(op, overflow.missing, overflow.missing);
  given.weightBits += overflow.missing;
  return getLostBits(op) < weightBits;
}

} // namespace snnc::quantize
