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
bool takeBits(ArrayRef<Operation *> parts, unsigned missing) {
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
        const auto limit = static_cast<uint64_t>(getFormat(rounding)->limit);
        int used = static_cast<int>(llvm::Log2_64_Ceil(limit + 1));
        int bits =
            std::max(std::min(getBits(rounding), used) - static_cast<int>(missing), kMinBits);
        found |= bits < std::min(getBits(rounding), used);
        setBits(rounding, std::min(bits, getBits(rounding)));
      }
    }
  return found;
}

/// By how many bits the LSB of the sum that `parts` add to is finer than weights ask for.
unsigned getFreeBits(ArrayRef<Operation *> parts) {
  std::optional<unsigned> min;
  for (Operation *op : parts)
    if (isa<snn::WeightedOpInterface>(op)) {
      const unsigned shift = getFormat(cast<snn::SynapseOpInterface>(op))->shift;
      min = std::min(shift, min.value_or(shift));
    }
  return min.value_or(0);
}

} // namespace

void meetDemands(ArrayRef<Demand> demands) {
  for (const Demand &demand : demands) {
    if (demand.kind == Demand::Replace)
      replaceScale(cast<snn::ScaleOp>(demand.op));
    else if (demand.kind == Demand::Align)
      align(demand.op);
    else if (llvm::none_of(demands, [&](const Demand &other) {
               return other.kind == Demand::Align && other.op == demand.op;
             }))
      requantizeSources(demand.op->getOpOperand(0), kFactorBits);
  }
}

bool relieve(func::FuncOp network, const Overflow &overflow, unsigned weightBits,
             Concessions &given) {
  Operation *op = overflow.op;
  SmallVector<Operation *> parts = getParts(network, op);
  if (unsigned free = getFreeBits(parts); free > 0) {
    makeCoarser(op, std::min(overflow.missing, free), 0);
    return true;
  }
  if (insertRequantizes(parts)) {
    ++given.roundings;
    return true;
  }
  if (takeBits(parts, overflow.missing))
    return true;
  if (llvm::none_of(
          parts, [](Operation *part) { return isWeighted(part) && !isa<snn::RequantizeOp>(part); }))
    return false;
  makeCoarser(op, overflow.missing, overflow.missing);
  given.weightBits += overflow.missing;
  return getLostBits(op) < weightBits;
}

} // namespace snnc::quantize
