#include "compiler/quantize/ChooseScales.h"

#include "compiler/quantize/Requantizes.h"
#include "dialects/support/Constants.h"
#include "dialects/support/Shapes.h"

using namespace mlir;

namespace snnc::quantize {

namespace {

ArrayRef<int64_t> getShape(Value stream) { return snn::getStreamShape(stream.getType()); }

/// Those elements of what a requantize delivers that have one LSB.
Channels getChannels(snn::RequantizeOp op) {
  ArrayRef<int64_t> shape = op.getCurrent().getType().getShape();
  int64_t elements = countElements(shape);
  switch (getSharedBy(op)) {
  case SharedBy::First:
    return {shape.front(), elements / shape.front(), false};
  case SharedBy::Last:
    return {shape.back(), elements / shape.back(), true};
  default:
    return {1, elements, false};
  }
}

} // namespace

ScaleChooser::ScaleChooser(func::FuncOp network, unsigned weightBits, const Magnitudes &magnitudes,
                           const Importance &importance, RoundingMemo &memo)
    : StreamScales(network), weightBits(weightBits), magnitudes(magnitudes), importance(importance),
      memo(memo), sets(getSums(network)) {
  for (auto synapse : network.getOps<snn::SynapseOpInterface>()) {
    Operation *op = synapse;
    Sum &sum = sums[sets.getLeader(synapse.getCurrent())];
    sum.elements = countElements(getShape(synapse.getCurrent()));
    if (isWeighted(op))
      sum.weighted.push_back(op);
    if (isa<snn::WeightedOpInterface>(op))
      integers[op].bits = weightBits;
    sum.coarser = std::max(sum.coarser, getCoarser(op));
  }
  for (auto &[leader, sum] : sums)
    sum.pending = sum.weighted.size();
  // Spikes have LSBs of their own. What is requantized before a population may take those of its spikes, where weights behind
  // both hear them together.
  for (Operation &op : network.front())
    if (!isa<snn::SynapseOpInterface>(op))
      add(&op);
  for (auto synapse : network.getOps<snn::SynapseOpInterface>())
    visit(synapse);
}

void ScaleChooser::visit(snn::SynapseOpInterface synapse) {
  Operation *op = synapse;
  if (isa<snn::WeightedOpInterface, snn::AveragePoolOp>(op))
    checkUniform(op);
  Value leader = sets.getLeader(synapse.getCurrent());
  Sum &sum = sums[leader];
  if (auto requantize = dyn_cast<snn::RequantizeOp>(op);
      requantize && getSharedBy(requantize) != SharedBy::Sum) {
    const Channels channels = quantize::getChannels(requantize);
    const Numbers rounded = getRounded(requantize);
    Numbers lsbs(channels.count);
    for (size_t i = 0; i < rounded.size(); ++i)
      lsbs[channels.of(i)] = rounded[i];
    setSum(leader, channels, lsbs);
  } else if (isWeighted(op)) {
    if (--sum.pending == 0)
      choose(leader);
  } else if (sum.weighted.empty()) { // else an addition, of which the weights decide
    set(synapse.getCurrent(), derive(synapse));
  }
}

void ScaleChooser::setSum(Value leader, Channels channels, const Numbers &lsbs) {
  Numbers all(countElements(getShape(leader)));
  for (size_t i = 0; i < all.size(); ++i)
    all[i] = lsbs[channels.of(i)];
  for (Value member : sets.getMembers(leader))
    set(member, all);
  chosen[leader] = {channels, lsbs};
}

void ScaleChooser::checkUniform(Operation *op) {
  if (!snn::takeChannels(get(op->getOperand(0)), getInputs(op)))
    demands.push_back({Demand::Align, op});
}

ElementsAttr ScaleChooser::makeLSBs(Value leader, const Chosen &lsbs) const {
  SmallVector<int64_t> shape(getShape(leader).size(), 1);
  (lsbs.channels.isLast ? shape.back() : shape.front()) = lsbs.channels.count;
  return makeConstant(RankedTensorType::get(shape, Float64Type::get(leader.getContext())),
                      lsbs.lsbs, "lsb");
}

void ScaleChooser::writeFormats() const {
  for (const auto &[leader, lsbs] : chosen) {
    SynapseFormat format;
    format.lsb = makeLSBs(leader, lsbs);
    for (Value member : sets.getMembers(leader)) {
      auto synapse = member.getDefiningOp<snn::SynapseOpInterface>();
      if (auto requantize = dyn_cast<snn::RequantizeOp>(synapse.getOperation()))
        format.limit = static_cast<int64_t>(getLimit(requantize));
      const WeightIntegers own = integers.lookup(synapse);
      format.bits = own.bits;
      format.shift = own.shift;
      setFormat(synapse, format);
    }
  }
}

} // namespace snnc::quantize
